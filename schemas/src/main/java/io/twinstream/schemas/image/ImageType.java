package io.twinstream.schemas.image;

import java.util.Locale;

/** The file formats that are taken, told by their first bytes, never by a name or a header field. */
public enum ImageType {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    BMP("BM"),
    GIF("GIF8"),
    WEBP("RIFF"),
    TIFF("II*\0");

    /** What {@code values()} would copy each time. */
    private static final ImageType[] ALL = values();

    private static final String BIG_ENDIAN_TIFF = "MM\0*";
    private static final String WEBP_FORM = "WEBP";

    /** One character a byte. */
    private final String magic;

    ImageType(String magic) {
        this.magic = magic;
    }

    public static ImageType of(byte[] encoded) throws ImageRefusedException {
        if (hasAt(encoded, 0, BIG_ENDIAN_TIFF)) {
            return TIFF;
        }
        for (ImageType type : ALL) {
            if (hasAt(encoded, 0, type.magic) && (type != WEBP || hasAt(encoded, 8, WEBP_FORM))) {
                return type;
            }
        }
        throw new ImageRefusedException(
                ImageFault.UNKNOWN_TYPE, "the bytes are no PNG, JPEG, BMP, GIF, WebP or TIFF image");
    }

    /** As HTTP names it: {@code image/png}. */
    public String mediaType() {
        return "image/" + name().toLowerCase(Locale.ROOT);
    }

    private static boolean hasAt(byte[] encoded, int offset, String expected) {
        if (encoded.length < offset + expected.length()) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if ((encoded[offset + i] & 0xff) != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
