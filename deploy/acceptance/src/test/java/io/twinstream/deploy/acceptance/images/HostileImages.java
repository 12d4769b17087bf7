package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Makes encoded images that nobody should judge, by name; they are a function of the good picture that they are made from. */
final class HostileImages {
    private static final List<String> FORMATS = List.of("png", "jpeg", "bmp", "gif", "tiff");
    private static final int CUTS = 20;
    private static final int HUGE = 20_000;

    private final Map<String, byte[]> images = new LinkedHashMap<>();
    private final BufferedImage good;

    private HostileImages(BufferedImage good) {
        this.good = good;
    }

    static Map<String, byte[]> of(byte[] goodPng) throws IOException {
        HostileImages hostile = new HostileImages(ImageIO.read(new ByteArrayInputStream(goodPng)));
        hostile.cutOff();
        hostile.wrongBytes();
        hostile.wrongSizes();
        hostile.bombs();
        hostile.images.putAll(DamagedImages.of(goodPng));
        return hostile.images;
    }

    /** Adds every format cut at twenty places, the last one before the final tenth. */
    private void cutOff() throws IOException {
        for (String format : FORMATS) {
            byte[] whole = encode(good, format);
            for (int i = 0; i < CUTS; i++) {
                int length = 1 + i * whole.length * 9 / 10 / CUTS;
                images.put("%s cut at %d of %d".formatted(format, length, whole.length), Arrays.copyOf(whole, length));
            }
        }
    }

    private void wrongBytes() {
        Random random = new Random(1);
        images.put("empty", new byte[0]);
        for (int i = 0; i < CUTS; i++) {
            byte[] noise = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(noise);
            images.put("random bytes " + i, noise);
        }
        for (String magic :
                List.of("\u0089PNG\r\n\u001a\n", "\u00ff\u00d8\u00ff\u00e0", "BM", "GIF89a", "II*\0", "MM\0*")) {
            for (int i = 0; i < 5; i++) {
                byte[] noise = new byte[2_000];
                random.nextBytes(noise);
                byte[] start = magic.getBytes(ISO_8859_1);
                System.arraycopy(start, 0, noise, 0, start.length);
                images.put("noise behind magic %s %d".formatted(magic.substring(1, 2), i) + magic.length(), noise);
            }
        }
        for (String text :
                List.of("<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "PK\3\4", "{}", "RIFF....WAVE")) {
            images.put("not an image: " + text.substring(0, 2), text.repeat(20).getBytes(UTF_8));
        }
    }

    private void wrongSizes() throws IOException {
        BufferedImage dot = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage strip = new BufferedImage(4_000, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (String format : FORMATS) {
            images.put(format + " of 1x1", encode(dot, format));
            images.put(format + " of 4000x2", encode(strip, format));
        }
        images.put("png of 20000x20000", png(HUGE, HUGE, 1, 0, zeros(1_000)));
        images.put("png of 2147483647x1", png(Integer.MAX_VALUE, 1, 8, 6, zeros(1_000)));
        images.put("png of -5x-5", png(-5, -5, 8, 0, zeros(1_000)));
        images.put("bmp of 20000x20000", patched(encode(good, "bmp"), 18, HUGE, HUGE));
        byte[] gif = encode(good, "gif");
        images.put("gif of 20000x20000", patchedShorts(gif, 6, HUGE, HUGE));
        images.put("tiff of 20000x20000", tiff(HUGE, HUGE, 1, 8, 1, 100));
    }

    private void bombs() {
        images.put("png bomb: few pixels", png(4_000, 4_000, 8, 6, zeros(100)));
        images.put("tiff bomb: 2 GB strip", tiff(105, 105, 1, 8, 1, Integer.MAX_VALUE));
        images.put("tiff bomb: 60000 samples", tiff(4_000, 4_000, 60_000, 8, 1, 100));
        images.put("tiff bomb: deflated", tiff(4_000, 4_000, 4, 8, 8, 100));
        images.put("tiff of 64 bits", tiff(105, 105, 1, 64, 1, 100));
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, bytes)) {
            BufferedImage gray = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
            gray.getGraphics().drawImage(image, 0, 0, null);
            ImageIO.write(gray, format, bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] patched(byte[] file, int at, int... littleEndianInts) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(at);
        for (int value : littleEndianInts) {
            buffer.putInt(value);
        }
        return file;
    }

    private static byte[] patchedShorts(byte[] file, int at, int... littleEndianShorts) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(at);
        for (int value : littleEndianShorts) {
            buffer.putShort((short) value);
        }
        return file;
    }

    static byte[] png(int width, int height, int bits, int colorType, byte[] deflated) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) bits).put((byte) colorType).put(new byte[3]);
        ByteBuffer file = ByteBuffer.allocate(8 + 25 + 12 + deflated.length + 12);
        file.putLong(0x89504e470d0a1a0aL);
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", deflated);
        chunk(file, "IEND", new byte[0]);
        return file.array();
    }

    private static void chunk(ByteBuffer file, String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(UTF_8));
        crc.update(data);
        file.putInt(data.length).put(type.getBytes(UTF_8)).put(data).putInt((int) crc.getValue());
    }

    static byte[] zeros(int inflated) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        deflater.setInput(new byte[inflated]);
        deflater.finish();
        byte[] deflated = new byte[inflated / 900 + 1_000];
        return Arrays.copyOf(deflated, deflater.deflate(deflated));
    }

    /** Returns a little-endian TIFF of one strip whose directory claims what it likes. */
    private static byte[] tiff(int width, int height, int samples, int bits, int compression, int stripBytes) {
        int[][] entries = {
            {256, width},
            {257, height},
            {258, bits},
            {259, compression},
            {262, 1},
            {273, 200},
            {277, samples},
            {278, height},
            {279, stripBytes}
        };
        ByteBuffer file = ByteBuffer.allocate(1_000).order(ByteOrder.LITTLE_ENDIAN);
        file.put("II*\0".getBytes(UTF_8)).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        file.putInt(0);
        return file.array();
    }
}
