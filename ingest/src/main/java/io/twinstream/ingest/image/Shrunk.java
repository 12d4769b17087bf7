package io.twinstream.ingest.image;

/**
 * What a picture was before it was made smaller, and what it is now.
 *
 * @param bytes of the file that came
 * @param width of what came, in pixels, upright
 * @param height of what came
 * @param sha256 of the file that came, in hexadecimal
 * @param sentBytes of the file that is sent instead, a JPEG
 * @param sentWidth of what is sent
 * @param sentHeight of what is sent
 */
public record Shrunk(int bytes, int width, int height, String sha256, int sentBytes, int sentWidth, int sentHeight) {
    /** What the picture was, as it stands in the record's header. */
    public String header() {
        return "bytes=%d width=%d height=%d sha256=%s".formatted(bytes, width, height, sha256);
    }

    @Override
    public String toString() {
        return "%d bytes of %d x %d pixels were made %d bytes of %d x %d"
                .formatted(bytes, width, height, sentBytes, sentWidth, sentHeight);
    }
}
