package io.twinstream.deploy.acceptance.images;

import static io.twinstream.deploy.acceptance.images.PictureEdits.chunk;
import static io.twinstream.deploy.acceptance.images.PictureEdits.frame;
import static io.twinstream.deploy.acceptance.images.PictureEdits.inserted;
import static io.twinstream.deploy.acceptance.images.PictureEdits.joined;
import static io.twinstream.deploy.acceptance.images.PictureEdits.segment;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.Zstd;
import io.twinstream.deploy.acceptance.images.PictureKind.Source;
import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Makes files of a camera's, scanner's or browser's making, by name, that a bad card or a cut line has damaged: pixels are
 * missing, and nobody should judge them. It also makes files whose pixels are all there, but which lie about everything else:
 * these are judged or refused, once, and soon.
 */
final class DamagedImages {
    private static final int SIDE = 105;
    private static final int CUTS = 20;
    private static final int BOMB = 200 << 20;
    private static final int PICTURE = 50;
    private static final int[] TIFF_CODES = {8, 50000, 34925};

    private final Map<String, byte[]> images = new LinkedHashMap<>();
    private final BufferedImage good;
    private final byte[] png;
    private final byte[] jpeg;
    /** A JPEG with a restart marker behind each block. */
    private final byte[] restarting;

    private DamagedImages(byte[] png) throws IOException {
        this.png = png;
        this.good = ImageIO.read(new ByteArrayInputStream(png));
        this.jpeg = JavaPictures.jpeg(new Source(good, PICTURE), Form.GRAY, false, 0);
        this.restarting = JavaPictures.jpeg(new Source(good, PICTURE), Form.GRAY, false, 1);
    }

    /** Returns the files that are to be refused. */
    static Map<String, byte[]> of(byte[] goodPng) throws IOException {
        DamagedImages damaged = new DamagedImages(goodPng);
        damaged.cutJpegs();
        damaged.brokenJpegs();
        damaged.pngs();
        damaged.tiffs();
        damaged.gifs();
        damaged.webps();
        return damaged.images;
    }

    /** Returns the files that are to be answered, either way. */
    static Map<String, byte[]> lies(byte[] goodPng) throws IOException {
        DamagedImages lying = new DamagedImages(goodPng);
        lying.exifLies();
        lying.frameLies();
        lying.bombs();
        return lying.images;
    }

    private void cutJpegs() throws IOException {
        Map<String, byte[]> whole = new LinkedHashMap<>();
        whole.put("gray", jpeg);
        whole.put("with restart markers", restarting);
        whole.put("coloured", JavaPictures.jpeg(new Source(good, PICTURE), Form.COLOR, false, 0));
        whole.put("progressive", JavaPictures.jpeg(new Source(good, PICTURE), Form.GRAY, true, 0));
        whole.forEach((name, file) -> {
            int scan = scan(file);
            for (int i = 0; i < CUTS; i++) {
                int length = scan + i * (file.length - scan) * 9 / 10 / CUTS;
                byte[] cut = Arrays.copyOf(file, length);
                images.put("jpeg %s cut at %d of %d".formatted(name, length, file.length), cut);
                images.put(
                        "jpeg %s cut at %d of %d and ended".formatted(name, length, file.length),
                        joined(cut, new byte[] {-1, (byte) 0xd9}));
            }
        });
    }

    private void brokenJpegs() {
        int scan = scan(jpeg);
        byte[] codes = jpeg.clone();
        Arrays.fill(codes, find(codes, 0xc4) + 5, find(codes, 0xc4) + 21, (byte) -1);
        images.put("jpeg: a table of 4080 codes", codes);
        images.put("jpeg: no table of coefficients", PictureEdits.withoutSegments(jpeg, 0xdb));
        byte[] zeros = jpeg.clone();
        Arrays.fill(zeros, find(zeros, 0xdb) + 5, find(zeros, 0xdb) + 25, (byte) 0);
        images.put("jpeg: a table of coefficients with zeros", zeros);
        images.put("jpeg: no frame", PictureEdits.withoutSegments(jpeg, 0xc0));
        images.put("jpeg: no scan", joined(Arrays.copyOf(jpeg, scan), new byte[] {-1, (byte) 0xd9}));
        byte[] deep = jpeg.clone();
        deep[frame(deep) + 4] = 12;
        images.put("jpeg: 12 bits a sample in a baseline frame", deep);
        byte[] sampling = jpeg.clone();
        sampling[frame(sampling) + 11] = 0x55;
        images.put("jpeg: a sampling of 5", sampling);
        byte[] higher = jpeg.clone();
        ByteBuffer.wrap(higher).putShort(frame(higher) + 5, (short) (2 * SIDE));
        images.put("jpeg: twice as high as its data", higher);
        byte[] noComponent = jpeg.clone();
        noComponent[find(noComponent, 0xda) + 5] = 77;
        images.put("jpeg: a scan of an unknown component", noComponent);
        byte[] none = joined(Arrays.copyOf(restarting, scan(restarting)), withoutMarkers(restarting));
        images.put("jpeg: restart markers lost", none);
        images.put(
                "jpeg: every other restart interval lost",
                joined(Arrays.copyOf(restarting, scan(restarting)), withoutIntervals(restarting)));
    }

    private void pngs() throws IOException {
        int at = PictureEdits.find(png, "IDAT");
        int length = ByteBuffer.wrap(png).getInt(at);
        byte[] data = Arrays.copyOfRange(png, at + 8, at + 8 + length);
        byte[] head = Arrays.copyOf(png, at);
        byte[] end = chunk("IEND", new byte[0]);
        for (int i = 1; i < 8; i++) {
            byte[] part = Arrays.copyOf(data, length * i / 8);
            images.put(
                    "png: IDAT of %d of %d bytes".formatted(part.length, length),
                    joined(head, chunk("IDAT", part), end));
        }
        images.put("png: no IDAT", joined(head, end));
        byte[] noise = data.clone();
        byte[] random = new byte[length / 2];
        new Random(1).nextBytes(random);
        System.arraycopy(random, 0, noise, length / 4, random.length);
        images.put("png: IDAT with noise amid", joined(head, chunk("IDAT", noise), end));
        byte[] palette = joined(head, chunk("IDAT", data), end);
        palette[25] = 3;
        images.put("png: a palette that isn't there", recounted(palette));
    }

    private void tiffs() throws IOException {
        byte[] rows = rows();
        byte[] zip = JavaPictures.deflated(rows);
        images.put("tiff: half of a strip", tiff(1, Arrays.copyOf(rows, rows.length / 2)));
        images.put("tiff: half of a deflated strip", tiff(8, Arrays.copyOf(zip, zip.length / 2)));
        byte[] zstd = Zstd.compress(rows);
        images.put("tiff: half of a Zstandard strip", tiff(50000, Arrays.copyOf(zstd, zstd.length / 2)));
        byte[] xz = xz(rows);
        images.put("tiff: half of an LZMA strip", tiff(34925, Arrays.copyOf(xz, xz.length / 2)));
        for (int code : TIFF_CODES) {
            images.put("tiff: noise for compression %d".formatted(code), tiff(code, Arrays.copyOf(rows, 2_000)));
        }
        images.put(
                "tiff: half of a JPEG strip",
                tiff(7, Arrays.copyOf(jpeg, scan(jpeg) + (jpeg.length - scan(jpeg)) / 2)));
        for (int side : new int[] {16, 60_000}) {
            byte[] lying = jpeg.clone();
            ByteBuffer.wrap(lying).putShort(frame(lying) + 5, (short) side).putShort(frame(lying) + 7, (short) side);
            images.put("tiff: a JPEG of %d x %d in it".formatted(side, side), tiff(7, lying));
        }
        byte[] packed = new byte[2 * 300];
        for (int i = 0; i < packed.length; i += 2) {
            packed[i] = -20;
        }
        images.put("tiff: half of a PackBits strip", tiff(32773, Arrays.copyOf(packed, packed.length / 2)));
    }

    private void gifs() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(good, "gif", bytes);
        byte[] gif = bytes.toByteArray();
        int frame = gifFrame(gif);
        ByteBuffer narrow = ByteBuffer.wrap(gif.clone()).order(ByteOrder.LITTLE_ENDIAN);
        images.put(
                "gif: a frame of no width",
                narrow.putShort(frame + 5, (short) 0).array());
        ByteBuffer higher = ByteBuffer.wrap(gif.clone()).order(ByteOrder.LITTLE_ENDIAN);
        higher.putShort(8, (short) 300).putShort(frame + 7, (short) 300);
        images.put("gif: a frame three times as high as its data", higher.array());
    }

    private void webps() {
        byte[] webp = PoisonImages.lossless(SIDE, SIDE);
        for (int length : new int[] {12, 20, 24, 26}) {
            images.put("webp: cut at %d".formatted(length), Arrays.copyOf(webp, length));
        }
    }

    private void exifLies() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int orientation : new int[] {0, 9, 255, 65_535}) {
            all.put("an orientation of %d".formatted(orientation), PictureEdits.exif(orientation, true));
        }
        ByteBuffer loop = ByteBuffer.wrap(PictureEdits.exif(1, true));
        all.put("a directory that is its own next", loop.putInt(46, 8).array());
        byte[] far = PictureEdits.exif(1, true);
        all.put(
                "a directory at byte 2^31 - 1",
                ByteBuffer.wrap(far).putInt(4, Integer.MAX_VALUE).array());
        byte[] before = PictureEdits.exif(1, true);
        all.put("a directory at byte -8", ByteBuffer.wrap(before).putInt(4, -8).array());
        byte[] many = PictureEdits.exif(1, true);
        all.put("65535 entries", ByteBuffer.wrap(many).putShort(8, (short) -1).array());
        byte[] count = PictureEdits.exif(6, true);
        all.put(
                "2^31 - 1 orientations",
                ByteBuffer.wrap(count).putInt(26, Integer.MAX_VALUE).array());
        byte[] text = PictureEdits.exif(6, true);
        all.put(
                "an orientation in words",
                ByteBuffer.wrap(text).putShort(24, (short) 2).array());
        all.put("nothing", new byte[0]);
        all.put("60 KB of nothing", new byte[60_000]);
        all.forEach((what, exif) -> {
            images.put("jpeg: EXIF with " + what, PictureEdits.withExif(jpeg, exif));
            images.put("png: eXIf with " + what, PictureEdits.withChunk(png, "IDAT", "eXIf", exif));
            images.put(
                    "webp: EXIF with " + what,
                    JavaPictures.withWebpChunks(PoisonImages.lossless(SIDE, SIDE), good, false, exif, null));
        });
        images.put("png: eXIf of 900 KB", PictureEdits.withChunk(png, "IDAT", "eXIf", new byte[900_000]));
        images.put("png: ten of eXIf", manyExif());
    }

    private byte[] manyExif() {
        byte[] file = png;
        for (int i = 0; i < 10; i++) {
            file = PictureEdits.withChunk(file, "IDAT", "eXIf", PictureEdits.exif(1 + i % 8, true));
        }
        return file;
    }

    private void frameLies() throws IOException {
        byte[] mpf = PictureEdits.withSecondPicture(jpeg, jpeg);
        int index = 2 + 2 + (mpf[4] & 255) * 256 + (mpf[5] & 255) + 8;
        byte[] far = mpf.clone();
        ByteBuffer.wrap(far).putInt(index + 50, Integer.MAX_VALUE);
        images.put("jpeg: MPF whose first picture has 2^31 - 1 bytes", far);
        images.put("jpeg: MPF without the second picture", Arrays.copyOf(mpf, mpf.length - jpeg.length));
        byte[] many = mpf.clone();
        ByteBuffer.wrap(many).putInt(index + 30, Integer.MAX_VALUE);
        images.put("jpeg: MPF of 2^31 - 1 pictures", many);
        for (int frames : new int[] {0, 1, Integer.MAX_VALUE, -1}) {
            byte[] control = ByteBuffer.allocate(8).putInt(frames).array();
            images.put(
                    "png: acTL of %d frames".formatted(frames), PictureEdits.withChunk(png, "IDAT", "acTL", control));
        }
        byte[] outside = ByteBuffer.allocate(26)
                .putInt(0)
                .putInt(1 << 30)
                .putInt(1 << 30)
                .putInt(1 << 30)
                .putInt(1 << 30)
                .array();
        byte[] animated = PictureEdits.withChunk(png, "IDAT", "acTL", new byte[] {0, 0, 0, 2, 0, 0, 0, 0});
        images.put("png: fcTL far off its canvas", PictureEdits.withChunk(animated, "IDAT", "fcTL", outside));
        images.put("png: fdAT of nothing", PictureEdits.withChunk(animated, "IEND", "fdAT", new byte[2]));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(good, "gif", bytes);
        byte[] gif = bytes.toByteArray();
        int frame = gifFrame(gif);
        for (int place : new int[] {SIDE - 1, SIDE, 5_000, 65_535}) {
            ByteBuffer off = ByteBuffer.wrap(gif.clone()).order(ByteOrder.LITTLE_ENDIAN);
            off.putShort(frame + 1, (short) place).putShort(frame + 3, (short) place);
            images.put("gif: a frame at %d, %d of its canvas".formatted(place, place), off.array());
        }
        ByteBuffer none = ByteBuffer.wrap(gif.clone()).order(ByteOrder.LITTLE_ENDIAN);
        images.put("gif: a canvas of 0 x 0", none.putInt(6, 0).array());
        // No code is all ones; libjpeg-turbo takes such a one for zero without a word, and so does djpeg.
        byte[] ones = jpeg.clone();
        for (int i = scan(jpeg) + (jpeg.length - scan(jpeg)) / 2; i + 3 < jpeg.length; i += 2) {
            ones[i] = -1;
            ones[i + 1] = 0;
        }
        images.put("jpeg: codes that no table has", ones);
        byte[] end = {-1, (byte) 0xd9};
        images.put(
                "jpeg: restart markers where none belong",
                inserted(jpeg, scan(jpeg) + 40, new byte[] {-1, (byte) 0xd0}));
        images.put("jpeg: ends twice", joined(jpeg, end, end));
        byte[] noise = new byte[5_000];
        new Random(2).nextBytes(noise);
        images.put("jpeg: noise behind", joined(jpeg, noise));
        images.put("jpeg: a comment whose length is beyond its end", inserted(jpeg, 2, new byte[] {-1, -2, -1, -1}));
        images.put(
                "jpeg: an ICC profile in parts that are missing",
                PictureEdits.withSegments(
                        jpeg, segment(0xe2, "ICC_PROFILE\0".getBytes(ISO_8859_1), new byte[] {7, 3}, new byte[100])));
    }

    /** Adds files with all pixels, and 200 MB more behind them. */
    private void bombs() throws IOException {
        byte[] zeros = new byte[BOMB];
        byte[] zip = new byte[BOMB / 900 + 1_000];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        deflater.setInput(zeros);
        deflater.finish();
        images.put("png: a bomb", HostileImages.png(SIDE, SIDE, 1, 0, HostileImages.zeros(BOMB)));
        images.put("tiff: a deflated bomb", tiff(8, Arrays.copyOf(zip, deflater.deflate(zip))));
        images.put("tiff: a Zstandard bomb", tiff(50000, Zstd.compress(zeros)));
        images.put("tiff: an LZMA bomb", tiff(34925, xz(zeros)));
    }

    private byte[] rows() {
        byte[] rows = new byte[SIDE * SIDE];
        Random random = new Random(3);
        for (int i = 0; i < rows.length; i++) {
            int gray = good.getRGB(i % SIDE, i / SIDE) & 255;
            // Some noise, so that half of what is packed isn't nearly all of it.
            rows[i] = (byte) Math.max(0, Math.min(255, gray + random.nextInt(21) - 10));
        }
        return rows;
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(packed, new LZMA2Options(1))) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Returns a gray TIFF of 105 x 105 pixels in one strip. */
    private static byte[] tiff(int compression, byte[] strip) {
        return PoisonImages.tiff(0, SIDE, SIDE, 1, 8, compression, strip);
    }

    private static byte[] recounted(byte[] png) {
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        return png;
    }

    /** Returns where the frame's descriptor begins. */
    private static int gifFrame(byte[] gif) {
        int at = 13 + ((gif[10] & 0x80) != 0 ? 3 << (gif[10] & 7) + 1 : 0);
        while (gif[at] == 0x21) {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 255);
            }
            at++;
        }
        return at;
    }

    private static int find(byte[] jpeg, int marker) {
        int at = 2;
        while ((jpeg[at + 1] & 255) != marker) {
            at += 2 + (jpeg[at + 2] & 255) * 256 + (jpeg[at + 3] & 255);
        }
        return at;
    }

    /** Returns where the first scan's data begins. */
    private static int scan(byte[] jpeg) {
        int at = find(jpeg, 0xda);
        return at + 2 + (jpeg[at + 2] & 255) * 256 + (jpeg[at + 3] & 255);
    }

    private static byte[] withoutMarkers(byte[] jpeg) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (int i = scan(jpeg); i < jpeg.length; i++) {
            if (jpeg[i] == -1 && i + 1 < jpeg.length && (jpeg[i + 1] & 0xf8) == 0xd0) {
                i++;
            } else {
                data.write(jpeg[i]);
            }
        }
        return data.toByteArray();
    }

    private static byte[] withoutIntervals(byte[] jpeg) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int interval = 0;
        for (int i = scan(jpeg); i < jpeg.length; i++) {
            interval += jpeg[i] == -1 && i + 1 < jpeg.length && (jpeg[i + 1] & 0xf8) == 0xd0 ? 1 : 0;
            if (interval % 2 == 0 || i >= jpeg.length - 2) {
                data.write(jpeg[i]);
            }
        }
        return data.toByteArray();
    }
}
