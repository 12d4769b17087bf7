package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Makes small files, by name, that cost a decoder time or memory: structures that lead nowhere, or back to themselves, and
 * claims that nothing bears out. Some are valid pictures; none may cost more than a photograph does.
 */
final class PoisonImages {
    private static final int SIDE = 4096;
    private static final int IEND_BYTES = 12;
    private static final int BOMB = 64 << 20;

    private final Map<String, byte[]> images = new LinkedHashMap<>();
    private final byte[] png;
    private final BufferedImage good;

    private PoisonImages(byte[] png) throws IOException {
        this.png = png;
        this.good = ImageIO.read(new ByteArrayInputStream(png));
    }

    static Map<String, byte[]> of(byte[] goodPng) throws IOException {
        PoisonImages poison = new PoisonImages(goodPng);
        poison.pngChunks();
        poison.pngClaims();
        poison.gifs();
        poison.tiffDirectories();
        poison.tiffClaims();
        poison.bmps();
        poison.jpegs();
        poison.webps();
        return poison.images;
    }

    /** Returns a valid lossless picture of one colour. */
    static byte[] lossless(int width, int height) {
        return webp("VP8L", vp8l(width, height));
    }

    /** Returns a valid TIFF that is long enough for its pixels, and takes some 80 MB to decode. */
    static byte[] largeTiff() {
        byte[] strip = deflated(new byte[4 * SIDE * (SIDE - 1)]);
        return tiff(0, SIDE, SIDE - 1, 4, 8, 8, joined(strip, new byte[200_000]));
    }

    private void pngChunks() {
        for (int type : new int[] {0, 1, 0x49000000, 0x49480000, 0x00004e44, 0x00444154, 0x20202020, -1}) {
            images.put("png: a chunk of type %08x".formatted(type), withChunks(1, type, new byte[0]));
            images.put("png: 5000 chunks of type %08x".formatted(type), withChunks(5_000, type, new byte[0]));
        }
        images.put("png: 50000 empty IDAT", withChunks(50_000, ascii("IDAT"), new byte[0]));
        images.put("png: 50000 empty tRNS", withChunks(50_000, ascii("tRNS"), new byte[0]));
        images.put("png: 1000 palettes", withChunks(1_000, ascii("PLTE"), new byte[768]));
        for (String type : List.of("zTXt", "iTXt", "iCCP")) {
            byte[] packed = deflated(new byte[BOMB]);
            ByteBuffer text = ByteBuffer.allocate(packed.length + 4).put("a\0".getBytes(ISO_8859_1));
            images.put(
                    "png: a %s bomb".formatted(type),
                    withChunks(
                            8,
                            ascii(type),
                            text.put(2 + 1, (byte) 0).put(packed).array()));
        }
        for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -12, -13, 1 << 20}) {
            byte[] file = withChunks(1, ascii("IDAT"), new byte[0]);
            ByteBuffer.wrap(file).putInt(file.length - 2 * IEND_BYTES, length);
            images.put("png: a chunk of length %d".formatted(length), file);
        }
    }

    private void pngClaims() {
        byte[] blank = deflated(new byte[(4 * SIDE + 1) * SIDE]);
        images.put(
                "png: RGBA of 4096 x 4095",
                png(SIDE, SIDE - 1, 8, 6, 0, deflated(new byte[(4 * SIDE + 1) * (SIDE - 1)])));
        images.put("png: RGBA of 4096 x 4096, interlaced", png(SIDE, SIDE, 8, 6, 1, blank));
        images.put(
                "png: gray of 4096 x 4096, interlaced",
                png(SIDE, SIDE, 8, 0, 1, deflated(new byte[SIDE * SIDE + 2 * SIDE])));
        images.put(
                "png: 1 bit of 4096 x 4096, interlaced",
                png(SIDE, SIDE, 1, 0, 1, deflated(new byte[SIDE * SIDE / 8 + 2 * SIDE])));
        images.put("png: RGBA of 2097152 x 8", png(1 << 21, 8, 8, 6, 0, deflated(new byte[((4 << 21) + 1) * 8])));
        images.put("png: gray of 8 x 2097152", png(8, 1 << 21, 8, 0, 0, deflated(new byte[9 << 21])));
        byte[] rows = new byte[(4 * SIDE + 1) * SIDE];
        for (int y = 0; y < SIDE; y++) {
            rows[y * (4 * SIDE + 1)] = 4;
        }
        images.put("png: RGBA of 4096 x 4096, Paeth", png(SIDE, SIDE, 8, 6, 0, deflated(rows)));
        images.put("png: 1 bit of 4096 x 4096", png(SIDE, SIDE, 1, 0, 0, deflated(new byte[(SIDE / 8 + 1) * SIDE])));
        images.put("png: 4096 x 4096 of 1000 bytes", png(SIDE, SIDE, 8, 6, 0, Arrays.copyOf(blank, 1_000)));
    }

    private void gifs() {
        byte[] comment = {0x21, (byte) 0xfe, 0};
        images.put("gif: 300000 empty comments", gif(8, 8, repeated(comment, 300_000), 8, new byte[0]));
        byte[] loop = "!\u00ff\u000bNETSCAPE2.0\u0003\u0001\0\0\0".getBytes(ISO_8859_1);
        images.put("gif: 50000 loop extensions", gif(8, 8, repeated(loop, 50_000), 8, new byte[0]));
        images.put("gif: a comment in 400000 blocks of one byte", gif(8, 8, oneByteBlocks(400_000), 8, new byte[0]));
        byte[] control = {0x21, (byte) 0xf9, 4, 0, 0, 0, 0, 0};
        images.put("gif: 100000 graphic controls", gif(8, 8, repeated(control, 100_000), 8, new byte[0]));
        images.put("gif: 8 x 8 of 16 million pixels", gif(8, 8, new byte[0], 8, longestRuns(20)));
        images.put("gif: 8 x 8 of 2 billion pixels", gif(8, 8, new byte[0], 8, longestRuns(160)));
        images.put("gif: 4096 x 4096 of one colour", gif(SIDE, SIDE, new byte[0], 8, longestRuns(3)));
        images.put("gif: 4096 x 4096 of nothing", gif(SIDE, SIDE, new byte[0], 8, new byte[0]));
        images.put("gif: a million clear codes", gif(64, 64, new byte[0], 8, clearCodes(900_000)));
        for (int size : new int[] {0, 1, 12, 13, 255}) {
            images.put("gif: codes of %d bits".formatted(size), gif(64, 64, new byte[0], size, new byte[5_000]));
        }
        byte[] outside = gif(SIDE, SIDE, new byte[0], 8, longestRuns(3));
        outside[6] = outside[7] = outside[8] = outside[9] = 16;
        images.put("gif: a frame behind its screen", outside);
    }

    private void tiffDirectories() {
        images.put(
                "tiff: the next directory is this one", tiff(8, 64, 64, 1, 8, 1, new byte[512], entry(269, 2, 1, 0)));
        for (int tag : new int[] {330, 34665, 34853, 40965, 400}) {
            for (int type : new int[] {4, 13}) {
                images.put(
                        "tiff: directory %d of type %d is this one".formatted(tag, type),
                        tiff(0, 64, 64, 1, 8, 1, new byte[512], entry(tag, type, 1, 8)));
            }
        }
        int[][] many = new int[20_000][];
        Arrays.setAll(many, i -> entry(40_000 + i, 1, 200_000, 8));
        images.put("tiff: 20000 tags of 200 KB", tiff(0, 64, 64, 1, 8, 1, new byte[512], many));
        int[][] same = new int[20_000][];
        Arrays.setAll(same, i -> entry(34665, 4, 1, 8));
        images.put("tiff: 20000 EXIF directories", tiff(0, 64, 64, 1, 8, 1, new byte[512], same));
        for (int type = 0; type <= 16; type++) {
            images.put(
                    "tiff: 2^31 - 1 values of type %d".formatted(type),
                    tiff(0, 64, 64, 1, 8, 1, new byte[512], entry(700, type, Integer.MAX_VALUE, 8)));
        }
    }

    private void tiffClaims() {
        byte[] deflated = deflated(new byte[4 * SIDE * SIDE]);
        images.put("tiff: RGBA of 4096 x 4096, deflated", tiff(0, SIDE, SIDE, 4, 8, 8, deflated));
        images.put(
                "tiff: gray of 4096 x 4096, deflated", tiff(0, SIDE, SIDE, 1, 8, 8, deflated(new byte[SIDE * SIDE])));
        images.put("tiff: 4096 x 4096 in one G4 line", tiff(0, SIDE, SIDE, 1, 1, 4, repeated(new byte[] {-1}, 512)));
        images.put(
                "tiff: 1 bit of 4096 x 4096, deflated",
                tiff(0, SIDE, SIDE, 1, 1, 8, deflated(new byte[SIDE * SIDE / 8])));
        images.put(
                "tiff: 4096 x 4096 of PackBits",
                tiff(0, SIDE, SIDE, 1, 8, 32773, repeated(new byte[] {-127, 0}, 131_072)));
        byte[] row = deflated(new byte[4 * SIDE]);
        images.put("tiff: 4096 strips that are one", strips(SIDE, SIDE, 4, 8, 1, SIDE, row));
        images.put(
                "tiff: 65536 strips of 256 that are one",
                strips(256, 65_536, 4, 8, 1, 65_536, deflated(new byte[1024])));
        images.put("tiff: 65536 tiles that are one", tiles(SIDE, SIDE, 16, 65_536, deflated(new byte[256])));
        images.put("tiff: a tile of 65536 x 65536", tiles(64, 64, 65_536, 1, deflated(new byte[256])));
        images.put("tiff: 4096 x 4096 uncompressed, of nothing", tiff(0, SIDE, SIDE, 1, 8, 1, new byte[512]));
        images.put("tiff: 4096 x 4096 of LZW", tiff(0, SIDE, SIDE, 1, 8, 5, new byte[60_000]));
        images.put("tiff: 60000 samples", tiff(0, 64, 64, 60_000, 8, 1, new byte[512]));
    }

    private void bmps() {
        images.put("bmp: RLE8 of 4096 x 4096, ended at once", bmp(SIDE, SIDE, 8, 1, 1078, new byte[] {0, 1}));
        images.put(
                "bmp: RLE8 of 4096 x 4096, white", bmp(SIDE, SIDE, 8, 1, 1078, repeated(new byte[] {-1, 7}, 66_000)));
        images.put("bmp: RLE4 of 4096 x 4096, white", bmp(SIDE, SIDE, 4, 2, 118, repeated(new byte[] {-1, 7}, 66_000)));
        images.put("bmp: RLE8 of jumps", bmp(SIDE, SIDE, 8, 1, 1078, repeated(new byte[] {0, 2, -1, -1}, 100_000)));
        images.put("bmp: RLE8 of line ends", bmp(64, 64, 8, 1, 1078, repeated(new byte[] {0, 0}, 400_000)));
        images.put("bmp: RLE8 of runs of nothing", bmp(64, 64, 8, 1, 1078, repeated(new byte[] {0, 3, 0, 0}, 200_000)));
        images.put("bmp: 4096 x 4096 of 100 bytes", bmp(SIDE, SIDE, 24, 0, 54, new byte[100]));
        images.put("bmp: a palette of 2 GB", bmp(64, 64, 8, 0, Integer.MAX_VALUE, new byte[4096]));
        images.put("bmp: a palette of 512 MB", bmp(64, 64, 8, 0, 1 << 29, new byte[4096]));
        images.put("bmp: of height -2^31", bmp(64, Integer.MIN_VALUE, 8, 0, 1078, new byte[4096]));
        byte[] header = bmp(64, 64, 8, 0, 1078, new byte[4096]);
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(14, 124)
                .putInt(70, 0x4d424544)
                .putInt(126, 138)
                .putInt(130, Integer.MAX_VALUE);
        images.put("bmp: a colour profile of 2 GB", header);
        byte[] colors = bmp(64, 64, 8, 0, 1078, new byte[4096]);
        images.put("bmp: 2^31 - 1 colours", putLittle(colors, 46, Integer.MAX_VALUE));
    }

    private void jpegs() throws IOException {
        byte[] baseline = jpeg(good, false);
        byte[] progressive = jpeg(good, true);
        images.put("jpeg: 2000 scans", withScans(progressive, 2_000));
        images.put("jpeg: 90 scans of 4096 x 4096", sized(withScans(progressive, 90), SIDE, SIDE));
        images.put("jpeg: progressive, 4096 x 4096 of nothing", sized(progressive, SIDE, SIDE));
        images.put("jpeg: 4096 x 4096 of nothing", sized(baseline, SIDE, SIDE));
        images.put("jpeg: 65500 x 256 of nothing", sized(baseline, 65_500, 256));
        images.put("jpeg: no height", sized(baseline, 105, 0));
        for (int length : new int[] {0, 1, 2, 65_535}) {
            byte[] comment = {-1, -2, (byte) (length >> 8), (byte) length};
            images.put("jpeg: a comment of length %d".formatted(length), inserted(baseline, 2, comment));
            images.put(
                    "jpeg: 1000 comments of length %d".formatted(length),
                    inserted(baseline, 2, repeated(comment, 1_000)));
        }
        images.put(
                "jpeg: 200000 restart intervals",
                inserted(baseline, 2, repeated(new byte[] {-1, -35, 0, 4, 0, 1}, 150_000)));
        images.put("jpeg: 500000 starts", repeated(new byte[] {-1, -40}, 500_000));
        images.put(
                "jpeg: 250000 pictures of nothing", joined(baseline, repeated(new byte[] {-1, -40, -1, -39}, 250_000)));
        images.put("jpeg: 300 pictures", repeated(baseline, Math.max(2, Math.min(300, 1_000_000 / baseline.length))));
        images.put("jpeg: 500000 fill bytes", inserted(baseline, 2, repeated(new byte[] {-1}, 500_000)));
        images.put(
                "jpeg: 30000 empty profiles",
                inserted(baseline, 2, repeated(app(2, "ICC_PROFILE\0\u0001\u0001"), 30_000)));
        images.put("jpeg: a thumbnail of 255 x 255", inserted(baseline, 2, app(0, "JFXX\0\u0013\u00ff\u00ff")));
    }

    private void webps() {
        images.put("webp: lossless of 16168 x 1024", webp("VP8L", vp8l(16_168, 1_024)));
        images.put("webp: lossless of 4096 x 4096", webp("VP8L", vp8l(SIDE, SIDE)));
        images.put("webp: lossless of 2400 x 2400", webp("VP8L", vp8l(2_400, 2_400)));
        images.put("webp: lossy of 4096 x 4096", webp("VP8 ", vp8(SIDE, SIDE, 150)));
        images.put("webp: lossy of 4096 x 4096 in 8 KB", webp("VP8 ", vp8(SIDE, SIDE, 8_000)));
        byte[] empty = "ABCD\0\0\0\0".getBytes(ISO_8859_1);
        images.put("webp: 100000 empty chunks", riff(joined(chunk("VP8L", vp8l(64, 64)), repeated(empty, 100_000))));
        images.put(
                "webp: 100000 empty chunks first", riff(joined(repeated(empty, 100_000), chunk("VP8L", vp8l(64, 64)))));
        byte[] nothing = repeated(new byte[1], 8);
        images.put(
                "webp: 100000 chunks of type 0", riff(joined(repeated(nothing, 100_000), chunk("VP8L", vp8l(64, 64)))));
        for (int length : new int[] {0, Integer.MAX_VALUE, -1, -8, -9}) {
            images.put(
                    "webp: a chunk of length %d".formatted(length), putLittle(webp("VP8L", vp8l(64, 64)), 16, length));
            images.put("webp: a file of length %d".formatted(length), putLittle(webp("VP8L", vp8l(64, 64)), 4, length));
        }
        images.put("webp: noise of 4000 x 4000", webp("VP8L", noise(vp8l(4_000, 4_000), 60_000)));
    }

    private byte[] withChunks(int count, int type, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(png.length + count * (12 + data.length));
        file.put(png, 0, png.length - IEND_BYTES);
        for (int i = 0; i < count; i++) {
            chunk(file, type, data);
        }
        return file.put(png, png.length - IEND_BYTES, IEND_BYTES).array();
    }

    private static byte[] png(int width, int height, int bits, int colorType, int interlace, byte[] deflated) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) bits).put((byte) colorType).put(12, (byte) interlace);
        ByteBuffer file = ByteBuffer.allocate(8 + 25 + 12 + deflated.length + IEND_BYTES);
        file.putLong(0x89504e470d0a1a0aL);
        chunk(file, ascii("IHDR"), header.array());
        chunk(file, ascii("IDAT"), deflated);
        chunk(file, ascii("IEND"), new byte[0]);
        return file.array();
    }

    private static void chunk(ByteBuffer file, int type, byte[] data) {
        byte[] checked =
                ByteBuffer.allocate(4 + data.length).putInt(type).put(data).array();
        CRC32 crc = new CRC32();
        crc.update(checked);
        file.putInt(data.length).put(checked).putInt((int) crc.getValue());
    }

    private static int ascii(String type) {
        return ByteBuffer.wrap(type.getBytes(ISO_8859_1)).getInt();
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] deflated = new byte[bytes.length / 100 + 1_000];
        return Arrays.copyOf(deflated, deflater.deflate(deflated));
    }

    private static byte[] gif(int width, int height, byte[] extensions, int codeBits, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(900 + extensions.length + data.length + data.length / 255 + 20)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put("GIF89a".getBytes(ISO_8859_1)).putShort((short) width).putShort((short) height);
        file.put((byte) 0xf7).putShort((short) 0).put(new byte[768]).put(extensions);
        file.put((byte) 0x2c)
                .putInt(0)
                .putShort((short) width)
                .putShort((short) height)
                .put((byte) 0);
        file.put((byte) codeBits);
        for (int at = 0; at < data.length; at += 255) {
            int length = Math.min(255, data.length - at);
            file.put((byte) length).put(data, at, length);
        }
        file.put((byte) 0).put((byte) 0x3b);
        return Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] oneByteBlocks(int count) {
        ByteBuffer blocks = ByteBuffer.allocate(2 * count + 3).put((byte) 0x21).put((byte) 0xfe);
        for (int i = 0; i < count; i++) {
            blocks.put((byte) 1).put((byte) 'x');
        }
        return blocks.array();
    }

    /** Returns LZW codes of 9 to 12 bits, each of which stands for one pixel more than the one before. */
    private static byte[] longestRuns(int tables) {
        Codes codes = new Codes();
        for (int table = 0; table < tables; table++) {
            codes.put(256, table == 0 ? 9 : 12);
            codes.put(0, 9);
            for (int code = 258; code < 4096; code++) {
                codes.put(code, 32 - Integer.numberOfLeadingZeros(code));
            }
            // A full table stays as it is: each further code is the longest run again.
            for (int i = 0; table == tables - 1 && i < 4_000 * (tables / 20); i++) {
                codes.put(4095, 12);
            }
        }
        codes.put(257, 12);
        return codes.bytes();
    }

    private static byte[] clearCodes(int count) {
        Codes codes = new Codes();
        for (int i = 0; i < count; i++) {
            codes.put(256, 9);
        }
        return codes.bytes();
    }

    /** Writes bits, the lowest first. */
    private static final class Codes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long pending;
        private int bits;

        void put(long value, int count) {
            pending |= value << bits;
            bits += count;
            while (bits >= 8) {
                out.write((int) pending & 255);
                pending >>>= 8;
                bits -= 8;
            }
        }

        byte[] bytes() {
            put(0, 7);
            return out.toByteArray();
        }
    }

    private static int[] entry(int tag, int type, int count, int value) {
        return new int[] {tag, type, count, value};
    }

    /** Returns a little-endian TIFF of one strip, whose directory stands at byte 8. */
    static byte[] tiff(
            int next, int width, int height, int samples, int bits, int compression, byte[] strip, int[]... more) {
        int entries = 9 + more.length;
        int end = 8 + 2 + 12 * entries + 4;
        ByteBuffer file = tiffStart(end + strip.length, entries);
        size(file, width, height, bits, compression, samples);
        put(
                file,
                entry(273, 4, 1, end),
                entry(277, 3, 1, samples),
                entry(278, 4, 1, height),
                entry(279, 4, 1, strip.length));
        put(file, more);
        return file.putInt(next).put(strip).array();
    }

    private static byte[] strips(
            int width, int height, int samples, int compression, int rows, int count, byte[] strip) {
        int lists = 8 + 2 + 12 * 9 + 4;
        ByteBuffer file = tiffStart(lists + 8 * count + strip.length, 9);
        size(file, width, height, 8, compression, samples);
        put(
                file,
                entry(273, 4, count, lists),
                entry(277, 3, 1, samples),
                entry(278, 4, 1, rows),
                entry(279, 4, count, lists + 4 * count));
        return lists(file.putInt(0), count, lists + 8 * count, strip);
    }

    private static byte[] tiles(int width, int height, int side, int count, byte[] tile) {
        int lists = 8 + 2 + 12 * 9 + 4;
        ByteBuffer file = tiffStart(lists + 8 * count + tile.length, 9);
        size(file, width, height, 8, 8, 1);
        put(
                file,
                entry(322, 4, 1, side),
                entry(323, 4, 1, side),
                entry(324, 4, count, lists),
                entry(325, 4, count, lists + 4 * count));
        return lists(file.putInt(0), count, lists + 8 * count, tile);
    }

    private static ByteBuffer tiffStart(int bytes, int entries) {
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("II*\0".getBytes(ISO_8859_1))
                .putInt(8)
                .putShort((short) entries);
    }

    private static void size(ByteBuffer file, int width, int height, int bits, int compression, int samples) {
        put(
                file,
                entry(256, 4, 1, width),
                entry(257, 4, 1, height),
                entry(258, 3, 1, bits),
                entry(259, 3, 1, compression));
        put(file, entry(262, 3, 1, samples >= 3 ? 2 : 1));
    }

    private static void put(ByteBuffer file, int[]... entries) {
        for (int[] entry : entries) {
            file.putShort((short) entry[0])
                    .putShort((short) entry[1])
                    .putInt(entry[2])
                    .putInt(entry[3]);
        }
    }

    private static byte[] lists(ByteBuffer file, int count, int offset, byte[] data) {
        for (int i = 0; i < count; i++) {
            file.putInt(offset);
        }
        for (int i = 0; i < count; i++) {
            file.putInt(data.length);
        }
        return file.put(data).array();
    }

    private static byte[] bmp(int width, int height, int bits, int compression, int pixels, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(1078 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("BM".getBytes(ISO_8859_1)).putInt(file.capacity()).putInt(0).putInt(pixels);
        file.putInt(40)
                .putInt(width)
                .putInt(height)
                .putShort((short) 1)
                .putShort((short) bits)
                .putInt(compression);
        file.putInt(0).putInt(0).putInt(0).putInt(0).putInt(0);
        return file.position(Math.min(1078, pixels)).put(data).array();
    }

    private static byte[] jpeg(BufferedImage image, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            BufferedImage gray = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
            gray.getGraphics().drawImage(image, 0, 0, null);
            writer.write(null, new IIOImage(gray, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Returns the JPEG with its last scan so many times. */
    private static byte[] withScans(byte[] jpeg, int count) {
        int last = jpeg.length - 2;
        while (jpeg[last] != -1 || jpeg[last + 1] != (byte) 0xda) {
            last--;
        }
        byte[] scan = Arrays.copyOfRange(jpeg, last, jpeg.length - 2);
        return inserted(jpeg, jpeg.length - 2, repeated(scan, Math.min(count, 1_000_000 / scan.length)));
    }

    private static byte[] sized(byte[] jpeg, int width, int height) {
        byte[] sized = jpeg.clone();
        int at = 2;
        while ((sized[at + 1] & 0xfc) != 0xc0 || sized[at + 1] == (byte) 0xc4) {
            at += 2 + ((sized[at + 2] & 255) << 8) + (sized[at + 3] & 255);
        }
        ByteBuffer.wrap(sized).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
        return sized;
    }

    private static byte[] app(int number, String data) {
        byte[] bytes = data.getBytes(ISO_8859_1);
        return joined(new byte[] {-1, (byte) (0xe0 + number), 0, (byte) (bytes.length + 2)}, bytes);
    }

    private static byte[] webp(String type, byte[] data) {
        return riff(chunk(type, data));
    }

    private static byte[] riff(byte[] chunks) {
        ByteBuffer file = ByteBuffer.allocate(12 + chunks.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(ISO_8859_1)).putInt(4 + chunks.length).put("WEBP".getBytes(ISO_8859_1));
        return file.put(chunks).array();
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + data.length + data.length % 2).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.put(type.getBytes(ISO_8859_1))
                .putInt(data.length)
                .put(data)
                .array();
    }

    /**
     * Returns a lossless picture of one colour: five codes of one symbol each, of which none takes a bit (RFC 9649, section 3).
     */
    private static byte[] vp8l(int width, int height) {
        Codes bits = new Codes();
        bits.put(0x2f, 8);
        bits.put(width - 1, 14);
        bits.put(height - 1, 14);
        bits.put(0, 4);
        bits.put(0, 3);
        for (int code = 0; code < 5; code++) {
            bits.put(1, 4);
        }
        return joined(bits.bytes(), new byte[130]);
    }

    /** Returns the header of a key frame, and a first partition of zeros (RFC 6386, section 9.1). */
    private static byte[] vp8(int width, int height, int partition) {
        ByteBuffer frame = ByteBuffer.allocate(10 + partition + 20).order(ByteOrder.LITTLE_ENDIAN);
        int tag = 1 << 4 | partition << 5;
        frame.put((byte) tag).put((byte) (tag >> 8)).put((byte) (tag >> 16));
        frame.put(new byte[] {(byte) 0x9d, 1, 0x2a}).putShort((short) width).putShort((short) height);
        return frame.array();
    }

    private static byte[] noise(byte[] start, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        System.arraycopy(start, 0, noise, 0, 5);
        return noise;
    }

    private static byte[] putLittle(byte[] file, int at, int value) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return file;
    }

    private static byte[] inserted(byte[] file, int at, byte[] bytes) {
        return joined(joined(Arrays.copyOf(file, at), bytes), Arrays.copyOfRange(file, at, file.length));
    }

    private static byte[] repeated(byte[] bytes, int count) {
        byte[] all = new byte[bytes.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (byte[] part : parts) {
                all.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }
}
