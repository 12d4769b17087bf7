package io.twinstream.schemas.image;

/**
 * What an encoded image may claim before anything of it is decoded.
 *
 * @param maxBytes of the encoded file
 * @param maxPixels width times height
 * @param minSide least width and height, in pixels
 */
public record ImageLimits(int maxBytes, int maxPixels, int minSide) {
    /** 16 MiB, 64 Mi pixels, which are more than phones' 50 megapixels, 8 pixels. */
    public static final ImageLimits DEFAULT = new ImageLimits(16 << 20, 1 << 26, 8);

    /** What can be set: two of them still are one request to a broker by its defaults. */
    public static final int MOST_BYTES = 32 << 20;

    /** Four samples of each and a byte a row still fit an array. */
    public static final int MOST_PIXELS = 1 << 28;

    /** What any file may claim, however short: a blank page of 300 dpi and four bands. */
    private static final long FREE_SAMPLES = 36L << 20;

    /** A page of text in one colour packs so densely; photographs and drawings have a tenth of it. */
    private static final int SAMPLES_PER_BYTE = 128;

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1 || minSide < 1) {
            throw new IllegalArgumentException("image limits must be positive, were %d bytes, %d pixels, %d a side"
                    .formatted(maxBytes, maxPixels, minSide));
        }
        if (maxPixels > MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "image limits allow at most %d pixels, were %d".formatted(MOST_PIXELS, maxPixels));
        }
    }

    /** Throws unless a picture of this size may be decoded. */
    public void checkSize(long width, long height) throws ImageRefusedException {
        if (width < minSide || height < minSide) {
            throw new ImageRefusedException(
                    ImageFault.TOO_SMALL,
                    "the image has %d x %d pixels, at least %d a side are needed".formatted(width, height, minSide));
        }
        if (width > maxPixels / height) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_PIXELS,
                    "the image claims %d x %d pixels, at most %d are taken".formatted(width, height, maxPixels));
        }
    }

    /**
     * Throws unless a file of this length may claim so much: one that is small and claims to be large costs its sender nothing.
     *
     * @param samples pixels times bands
     */
    public void checkDensity(long samples, long bytes) throws ImageRefusedException {
        long most = FREE_SAMPLES + SAMPLES_PER_BYTE * bytes;
        if (samples > most) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_PIXELS,
                    "the image claims %d samples in %d bytes, at most %d are taken".formatted(samples, bytes, most));
        }
    }

    /** Throws unless a file of this length may be looked at. */
    public void checkBytes(long bytes) throws ImageRefusedException {
        if (bytes == 0) {
            throw new ImageRefusedException(ImageFault.EMPTY, "the image is empty");
        }
        if (bytes > maxBytes) {
            throw new ImageRefusedException(
                    ImageFault.TOO_MANY_BYTES,
                    "the image has %d bytes, at most %d are taken".formatted(bytes, maxBytes));
        }
    }
}
