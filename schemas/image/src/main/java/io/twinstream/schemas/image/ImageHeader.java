package io.twinstream.schemas.image;

/**
 * Holds what an encoded image claims before it is decoded.
 *
 * @param width width in pixels as a person sees it: upright, whichever way the rows are stored
 * @param height height in pixels, likewise upright
 */
public record ImageHeader(ImageType type, int width, int height) {
    /**
     * Reads and checks the header: length, type, pixels, layout. Decodes no pixel.
     *
     * @throws ImageRefusedException with the fault, if the image is refused
     */
    public static ImageHeader of(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        limits.checkBytes(encoded.length);
        return switch (ImageType.of(encoded)) {
            case PNG -> PngDecoder.header(encoded, limits);
            case JPEG -> JpegDecoder.header(encoded, limits);
            default ->
                ForeignDecoder.decode(encoded, () -> {
                    try (EncodedImage image = EncodedImage.open(encoded, limits)) {
                        return image.header();
                    }
                });
        };
    }

    /** Makes the header of a picture whose sides are stored in an {@link Orientation}. */
    static ImageHeader of(ImageType type, int storedWidth, int storedHeight, int orientation) {
        return Orientation.swapsSides(orientation)
                ? new ImageHeader(type, storedHeight, storedWidth)
                : new ImageHeader(type, storedWidth, storedHeight);
    }
}
