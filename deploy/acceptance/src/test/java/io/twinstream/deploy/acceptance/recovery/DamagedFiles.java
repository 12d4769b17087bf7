package io.twinstream.deploy.acceptance.recovery;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Makes image files of every format that Java writes from drawings, and does to them what disks, networks and programs do to
 * such files.
 */
final class DamagedFiles {
    private static final List<String> FORMATS = List.of("png", "jpg", "bmp", "gif", "tiff");
    private static final int LARGE_SIDE = 400;

    private final Random random;

    DamagedFiles(long seed) {
        this.random = new Random(seed);
    }

    static String format(int index) {
        return FORMATS.get(index % FORMATS.size());
    }

    /** Returns a drawing in another format; each eleventh is a larger picture. */
    static byte[] good(byte[] png, int index) throws IOException {
        BufferedImage drawing = ImageIO.read(new ByteArrayInputStream(png));
        int side = index % 11 == 0 ? LARGE_SIDE : drawing.getWidth();
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(drawing, 0, 0, side, side, Color.WHITE, null);
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format(index), file)) {
            throw new IOException("Java writes no " + format(index));
        }
        return file.toByteArray();
    }

    /** Returns the file with damage of one of eight kinds, some of which may leave a picture that is as good as another. */
    byte[] damaged(byte[] file, int index) {
        return switch (index % 8) {
            case 0 -> Arrays.copyOf(file, file.length / 2);
            case 1 -> Arrays.copyOf(file, 1 + random.nextInt(file.length - 1));
            case 2 -> Arrays.copyOf(file, file.length * 9 / 10);
            case 3 -> overwritten(file, file.length / 3, file.length / 2);
            case 4 -> overwritten(file, random.nextInt(40), 40 + random.nextInt(20));
            case 5 -> flipped(file, 1);
            case 6 -> flipped(file, 20);
            default -> swapped(file);
        };
    }

    private static byte[] overwritten(byte[] file, int from, int to) {
        byte[] damaged = file.clone();
        Arrays.fill(damaged, Math.min(from, file.length), Math.min(to, file.length), (byte) 0);
        return damaged;
    }

    private byte[] flipped(byte[] file, int times) {
        byte[] damaged = file.clone();
        for (int i = 0; i < times; i++) {
            damaged[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    /** Returns the file with two blocks in each other's places, as a download in parts may leave them. */
    private static byte[] swapped(byte[] file) {
        int quarter = file.length / 4;
        byte[] damaged = file.clone();
        System.arraycopy(file, quarter, damaged, 2 * quarter, quarter);
        System.arraycopy(file, 2 * quarter, damaged, quarter, quarter);
        return damaged;
    }
}
