package io.twinstream.schemas.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes files that are often sent though they aren't taken, by their first bytes, and texts by how they begin. It says
 * what to do instead.
 */
final class ForeignType {
    private static final String CONVERT = "the bytes are %s: convert it to JPEG or PNG";
    private static final String UNPACK = "the bytes are %s: unpack it and send the pictures in it";
    private static final String FRAME = "the bytes are %s: send a frame of it as JPEG or PNG";
    private static final String RAW = "a camera's raw file (%s)";

    /** @param magic the first bytes, one character each; a question mark stands for any byte */
    private record Foreign(String magic, String mend) {}

    private static Foreign of(String magic, String mend, String what) {
        return new Foreign(magic, mend.formatted(what));
    }

    private static final List<Foreign> FILES = List.of(
            of("????ftypheic", CONVERT, "HEIC"),
            of("????ftypheix", CONVERT, "HEIC"),
            of("????ftypheim", CONVERT, "HEIC"),
            of("????ftypheis", CONVERT, "HEIC"),
            of("????ftyphev", CONVERT, "HEIC"),
            of("????ftypmif", CONVERT, "HEIF"),
            of("????ftypmsf1", CONVERT, "HEIF"),
            of("????ftypavi", CONVERT, "AVIF"),
            of("????ftypcrx", CONVERT, RAW.formatted("CR3")),
            of("????ftyp", FRAME, "a video (MP4)"),
            of("????moov", FRAME, "a video (QuickTime)"),
            of("????JXL \r\n\u0087\n", CONVERT, "JPEG XL"),
            of("\u00ff\n", CONVERT, "JPEG XL"),
            of("????jP  \r\n\u0087\n", CONVERT, "JPEG 2000"),
            of("\u00ffO\u00ffQ", CONVERT, "JPEG 2000"),
            of("%PDF", "the bytes are %s: send its pages as JPEG or PNG", "PDF"),
            of("%!PS", CONVERT, "PostScript"),
            of("8BPS", CONVERT, "PSD"),
            of("\0\0\1\0", CONVERT, "an icon (ICO)"),
            of("\0\0\2\0", CONVERT, "a cursor (CUR)"),
            of("icns", CONVERT, "an icon (ICNS)"),
            of("BA????\0\0\0\0\0\0\0\0BM", CONVERT, "an array of OS/2 bitmaps"),
            of("II*\0????CR", CONVERT, RAW.formatted("CR2")),
            of("IIRO", CONVERT, RAW.formatted("ORF")),
            of("IIRS", CONVERT, RAW.formatted("ORF")),
            of("MMOR", CONVERT, RAW.formatted("ORF")),
            of("IIU\0", CONVERT, RAW.formatted("RW2")),
            of("FUJIFILMCCD-RAW", CONVERT, RAW.formatted("RAF")),
            of("II\u00bc\1", CONVERT, "JPEG XR"),
            of("v/1\1", CONVERT, "OpenEXR"),
            of("#?RADIANCE", CONVERT, "Radiance HDR"),
            of("SIMPLE  =", CONVERT, "FITS"),
            of("DDS ", CONVERT, "DDS"),
            of("gimp xcf", CONVERT, "XCF"),
            of("AT&TFORM", CONVERT, "DjVu"),
            of("P1\n", CONVERT, "PBM"),
            of("P2\n", CONVERT, "PGM"),
            of("P3\n", CONVERT, "PPM"),
            of("P4\n", CONVERT, "PBM"),
            of("P5\n", CONVERT, "PGM"),
            of("P6\n", CONVERT, "PPM"),
            of("P7\n", CONVERT, "PAM"),
            of("qoif", CONVERT, "QOI"),
            of("BPG\u00fb", CONVERT, "BPG"),
            of("FLIF", CONVERT, "FLIF"),
            of("RIFF????AVI ", FRAME, "a video (AVI)"),
            of("\u001aE\u00df\u00a3", FRAME, "a video (Matroska or WebM)"),
            of("OggS", FRAME, "an Ogg stream"),
            of("FLV\1", FRAME, "a video (FLV)"),
            of("\0\0\1\u00ba", FRAME, "a video (MPEG)"),
            of("\0\0\1\u00b3", FRAME, "a video (MPEG)"),
            of("\u001f\u008b", "the bytes are %s: unpack them first", "packed with gzip"),
            of("(\u00b5/\u00fd", "the bytes are %s: unpack them first", "packed with Zstandard"),
            of("\u00fd7zXZ\0", "the bytes are %s: unpack them first", "packed with xz"),
            of("BZh", "the bytes are %s: unpack them first", "packed with bzip2"),
            of("PK\3\4", UNPACK, "a zip archive"),
            of("PK\5\6", UNPACK, "a zip archive"),
            of("7z\u00bc\u00af'\u001c", UNPACK, "a 7z archive"),
            of("Rar!\u001a\7", UNPACK, "a RAR archive"));

    private static final int LOOKED_AT = 1024;
    private static final int LEAST_BASE64 = 64;
    private static final String TEXT = "the bytes are %s: send the picture itself";
    private static final String DECODE = "the bytes are %s: decode it first";

    private ForeignType() {}

    /** Returns one line that says what to do, or null where the bytes are unknown. */
    static @Nullable String mend(byte[] encoded) {
        for (Foreign file : FILES) {
            if (ImageType.begins(encoded, file.magic)) {
                return file.mend;
            }
        }
        String start = new String(encoded, 0, Math.min(encoded.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
        return ofText(
                start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3).strip() : start.strip());
    }

    private static @Nullable String ofText(String start) {
        String lower = start.toLowerCase(Locale.ROOT);
        if (lower.startsWith("data:")) {
            return DECODE.formatted(lower.contains(";base64,") ? "a data: URL, base64" : "a data: URL");
        } else if (lower.startsWith("<svg") || (lower.startsWith("<?xml") && lower.contains("<svg"))) {
            return CONVERT.formatted("SVG");
        } else if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
            return TEXT.formatted("HTML");
        } else if (lower.startsWith("<?xml")) {
            return TEXT.formatted("XML");
        } else if (lower.startsWith("http://") || lower.startsWith("https://")) {
            return TEXT.formatted("a URL");
        } else if (lower.startsWith("{\"") || lower.startsWith("[{") || lower.matches("(?s)[{\\[]\\s+[\"{\\[].*")) {
            return TEXT.formatted("JSON");
        } else if (lower.startsWith("--") && lower.contains("content-disposition:")) {
            return TEXT.formatted("a form (multipart)");
        } else if (start.length() >= LEAST_BASE64 && start.matches("[A-Za-z0-9+/_\\-\"\r\n]+=*\"?\\s*")) {
            return DECODE.formatted("base64");
        }
        return null;
    }
}
