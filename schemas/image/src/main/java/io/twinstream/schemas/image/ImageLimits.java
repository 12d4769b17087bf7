package io.twinstream.schemas.image;

/**
 * Limits what an encoded image may claim, before any of it is decoded.
 *
 * @param maxBytes the bytes of the encoded file
 * @param maxPixels the product of width and height
 * @param minSide the least width and height, in pixels
 */
public record ImageLimits(int maxBytes, int maxPixels, int minSide) {
    /** The defaults: 16 MiB; 64 Mi pixels, which are more than phones' 50 megapixels; 8 pixels a side. */
    public static final ImageLimits DEFAULT = new ImageLimits(16 << 20, 1 << 26, 8);

    /** The most bytes that can be set; two such images still fit one request to a broker with default settings. */
    public static final int MOST_BYTES = 32 << 20;

    /** The most pixels that can be set; four samples of each and a byte for each row still fit an array. */
    public static final int MOST_PIXELS = 1 << 28;

    /** Samples that any file may claim, however short it is: those of a blank page of 300 dpi in four bands. */
    private static final long FREE_SAMPLES = 36L << 20;

    /**
     * Samples that a byte may stand for. A page of text in one colour is packed as densely; photographs and drawings reach a
     * tenth of it.
     */
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
