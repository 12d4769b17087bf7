package io.twinstream.schemas.image;

/**
 * What a file format's reader would believe without looking: lengths and sizes that the file doesn't bear out. Checked
 * before the reader sees the file, since it allocates what they say.
 */
final class Structure {
    private static final int BMP_COMPRESSION = 30;
    private static final int BMP_JPEG = 4;
    private static final int BMP_PNG = 5;

    /** Encoders write about ten; each costs a pass over all pixels. */
    private static final int MOST_SCANS = 100;

    private Structure() {}

    /** Throws unless the file bears out what its structure claims. */
    static void check(ImageType type, byte[] file) throws ImageRefusedException {
        switch (type) {
            case TIFF -> TiffStructure.check(file);
            case WEBP -> WebpStructure.check(file);
            case BMP -> checkBmp(file);
            case JPEG -> checkJpeg(file);
            default -> {}
        }
    }

    /** A JPEG or PNG inside a BMP has a size of its own, which nobody has checked. */
    private static void checkBmp(byte[] file) throws ImageRefusedException {
        if (file.length > BMP_COMPRESSION && (file[BMP_COMPRESSION] == BMP_JPEG || file[BMP_COMPRESSION] == BMP_PNG)) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT, "the BMP holds a JPEG or PNG: send that itself");
        }
    }

    private static void checkJpeg(byte[] file) throws ImageRefusedException {
        int scans = 0;
        for (int i = 1; i < file.length; i++) {
            if (file[i] == (byte) 0xda && file[i - 1] == (byte) 0xff) {
                scans++;
            }
        }
        if (scans > MOST_SCANS) {
            throw new ImageRefusedException(
                    ImageFault.UNSUPPORTED_LAYOUT,
                    "the JPEG has %d scans, at most %d are taken".formatted(scans, MOST_SCANS));
        }
    }
}
