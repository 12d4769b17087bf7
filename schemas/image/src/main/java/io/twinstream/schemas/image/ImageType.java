package io.twinstream.schemas.image;

import java.util.List;
import java.util.Locale;

/** The file formats that are taken, told by their first bytes, never by a name or a header field. */
public enum ImageType {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    BMP("BM"),
    GIF("GIF8"),
    WEBP("RIFF????WEBP"),
    TIFF("II*\0");

    /** The magic numbers of the other order of bytes, and of BigTIFF. */
    private static final List<String> MORE_TIFF = List.of("MM\0*", "II+\0", "MM\0+");

    /** What {@code values()} would copy each time. */
    private static final ImageType[] ALL = values();

    /** One character a byte; a question mark stands for any. */
    private final String magic;

    ImageType(String magic) {
        this.magic = magic;
    }

    public static ImageType of(byte[] encoded) throws ImageRefusedException {
        for (ImageType type : ALL) {
            if (type != TIFF && begins(encoded, type.magic)) {
                return type;
            }
        }
        String mend = ForeignType.mend(encoded);
        // Raw files of cameras are TIFFs with a preview as their first page.
        boolean tiff = begins(encoded, TIFF.magic) || MORE_TIFF.stream().anyMatch(each -> begins(encoded, each));
        if (tiff && mend == null) {
            return TIFF;
        }
        throw new ImageRefusedException(
                ImageFault.UNKNOWN_TYPE,
                mend == null ? "the bytes are no PNG, JPEG, BMP, GIF, WebP or TIFF image" : mend);
    }

    /** The type as HTTP names it: {@code image/png}. */
    public String mediaType() {
        return "image/" + name().toLowerCase(Locale.ROOT);
    }

    static boolean begins(byte[] encoded, String magic) {
        if (encoded.length < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if (magic.charAt(i) != '?' && (encoded[i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
