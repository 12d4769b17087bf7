package io.twinstream.schemas.image;

import java.util.List;
import java.util.Locale;

/** Lists the file formats that are taken. They are recognised by their first bytes, never by a name or a header field. */
public enum ImageType {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    BMP("BM"),
    GIF("GIF8"),
    WEBP("RIFF????WEBP"),
    TIFF("II*\0");

    /** The magic numbers of TIFF in the other byte order, and of BigTIFF. */
    private static final List<String> MORE_TIFF = List.of("MM\0*", "II+\0", "MM\0+");

    /** The values, which {@code values()} would copy each time. */
    private static final ImageType[] ALL = values();

    /** The first bytes, one character each; a question mark stands for any byte. */
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
        // Raw files of cameras are TIFFs whose first page is a preview.
        boolean tiff = begins(encoded, TIFF.magic) || MORE_TIFF.stream().anyMatch(each -> begins(encoded, each));
        if (tiff && mend == null) {
            return TIFF;
        }
        throw new ImageRefusedException(
                ImageFault.UNKNOWN_TYPE,
                mend == null ? "the bytes are no PNG, JPEG, BMP, GIF, WebP or TIFF image" : mend);
    }

    /** Returns the type as HTTP names it: {@code image/png}. */
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
