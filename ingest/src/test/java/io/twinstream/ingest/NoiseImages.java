package io.twinstream.ingest;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;

/** Makes encoded images of noise for tests; another seed gives another image. */
public final class NoiseImages {
    private NoiseImages() {}

    public static byte[] png(int seed) {
        return of("png", seed, 32, 32);
    }

    /** Makes a black PNG, which has few bytes for many pixels. */
    public static byte[] flat(int width, int height) {
        return encoded("png", new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY));
    }

    public static byte[] of(String format, int seed, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return encoded(format, image);
    }

    /** Makes gray noise, in one channel. */
    public static byte[] gray(String format, int seed, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        new Random(seed).nextBytes(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
        return encoded(format, image);
    }

    /** Makes coloured areas under a fine noise, which makes the file long. */
    public static byte[] stripes(String format, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int noise = random.nextInt(32);
                image.setRGB(x, y, (200 * x / width + noise) << 16 | (200 * y / height + noise) << 8 | 100 + noise);
            }
        }
        return encoded(format, image);
    }

    /** Returns the JPEG with an EXIF block by which a person sees it turned by a quarter, so that its sides change places. */
    public static byte[] turned(byte[] jpeg) {
        byte[] exif = HexFormat.of()
                .parseHex("ffe10022" + "457869660000" + "4d4d002a00000008" + "0001" + "0112000300000001" + "00060000"
                        + "00000000");
        return ByteBuffer.allocate(jpeg.length + exif.length)
                .put(jpeg, 0, 2)
                .put(exif)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private static byte[] encoded(String format, BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
