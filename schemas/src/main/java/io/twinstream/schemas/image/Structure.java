package io.twinstream.schemas.image;

/**
 * What a file format's reader would believe without looking: lengths, offsets and sizes that the file doesn't bear out. Checked
 * before the reader sees the file, since it allocates and follows what they say.
 */
final class Structure {
    private Structure() {}

    /**
     * The file with what its pixels depend on, and nothing else. No reader gets to see metadata, which may be bombs or lead nowhere.
     *
     * @throws ImageRefusedException unless the file bears out what its structure claims
     */
    static byte[] essentials(ImageType type, byte[] file) throws ImageRefusedException {
        return switch (type) {
            case PNG, JPEG -> throw new IllegalArgumentException(type + " has a decoder of its own");
            case BMP -> BmpStructure.essentials(file);
            case GIF -> GifStructure.of(file).essentials();
            case WEBP -> WebpStructure.of(file).essentials();
            // Its reader is ours, and looks at nothing else.
            case TIFF -> file;
        };
    }
}
