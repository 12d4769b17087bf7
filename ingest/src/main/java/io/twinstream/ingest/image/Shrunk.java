package io.twinstream.ingest.image;

/**
 * Says what a picture was before it was made smaller, and what it is now.
 *
 * @param bytes length of the file that came
 * @param width width of the picture that came, in pixels, upright
 * @param height its height
 * @param sha256 of the file that came, in hexadecimal
 * @param sentBytes length of the JPEG that is sent instead
 * @param sentWidth width of the picture that is sent
 * @param sentHeight its height
 */
public record Shrunk(int bytes, int width, int height, String sha256, int sentBytes, int sentWidth, int sentHeight) {
    /** Returns what the picture was, as it stands in the record's header. */
    public String header() {
        return "bytes=%d width=%d height=%d sha256=%s".formatted(bytes, width, height, sha256);
    }

    @Override
    public String toString() {
        return "%d bytes of %d x %d pixels were made %d bytes of %d x %d"
                .formatted(bytes, width, height, sentBytes, sentWidth, sentHeight);
    }
}
