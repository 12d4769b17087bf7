package io.twinstream.schemas.image;

/**
 * What an encoded image says of itself before it is decoded.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record ImageHeader(ImageType type, int width, int height) {
    /**
     * Reads and checks the header: length, type, pixels, layout, frames. Decodes no pixel.
     *
     * @throws ImageRefusedException with the fault, if the image is not to be taken
     */
    public static ImageHeader of(byte[] encoded, ImageLimits limits) throws ImageRefusedException {
        return ForeignDecoder.decode(encoded, () -> {
            try (EncodedImage image = EncodedImage.open(encoded, limits)) {
                return image.header();
            }
        });
    }
}
