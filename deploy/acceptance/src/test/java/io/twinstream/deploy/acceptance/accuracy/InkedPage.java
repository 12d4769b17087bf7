package io.twinstream.deploy.acceptance.accuracy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes a drawing anew with Java 2D: by another pen, another hand, or through a scanner. Each comes as an encoded file. */
final class InkedPage {
    private static final int FINE = 3;

    private final BufferedImage drawing;
    private final Random random;

    InkedPage(byte[] png, Random random) {
        BufferedImage read = read(png);
        this.drawing = gray(read.getWidth(), read.getHeight());
        drawing.getGraphics().drawImage(read, 0, 0, null);
        this.random = random;
    }

    /** Returns gray ink on gray paper in uneven light, with noise, as JPEG. */
    byte[] scanned() {
        int width = drawing.getWidth();
        int height = drawing.getHeight();
        BufferedImage page = gray(width, height);
        double ink = 10 + 80 * random.nextDouble();
        double paper = 195 + 50 * random.nextDouble();
        double slopeX = 0.3 * (random.nextDouble() - 0.5);
        double slopeY = 0.3 * (random.nextDouble() - 0.5);
        double noise = 1 + 7 * random.nextDouble();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double around = 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        around += level(x + dx, y + dy) * (2 - Math.abs(dx)) * (2 - Math.abs(dy)) / 16;
                    }
                }
                double light = 1 + slopeX * (x / (double) width - 0.5) + slopeY * (y / (double) height - 0.5);
                double value = (ink + (paper - ink) * around / 255) * light + noise * random.nextGaussian();
                page.getRaster().setSample(x, y, 0, clipped(value));
            }
        }
        return jpeg(page, 0.4f + 0.5f * random.nextFloat());
    }

    /** Returns the drawing with each stroke as thin as one pixel to one and a half. */
    byte[] thinned() {
        return png(traced(0.5 + 0.25 * random.nextDouble(), 0, 0));
    }

    byte[] thickened() {
        BufferedImage page = paper(drawing.getWidth(), drawing.getHeight());
        Graphics2D pen = pen(page);
        double radius = 1.5 + 2 * random.nextDouble();
        for (int y = 0; y < page.getHeight(); y++) {
            for (int x = 0; x < page.getWidth(); x++) {
                if (level(x, y) < 128) {
                    dot(pen, x + 0.5, y + 0.5, radius);
                }
            }
        }
        pen.dispose();
        return png(page);
    }

    byte[] rotated() {
        BufferedImage page = paper(drawing.getWidth(), drawing.getHeight());
        Graphics2D turning = pen(page);
        turning.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        double angle = Math.toRadians(random.nextBoolean() ? 20 : -20);
        turning.rotate(angle, page.getWidth() / 2.0, page.getHeight() / 2.0);
        turning.drawImage(drawing, 0, 0, null);
        turning.dispose();
        return png(page);
    }

    /** Returns wobbly strokes of a finger, which is pressed now more and now less. */
    byte[] byFinger() {
        return png(traced(2.2 + 1.6 * random.nextDouble(), 0.6, 2.5 * random.nextDouble()));
    }

    /** Returns the drawing blurred beyond reading, by a Gaussian of that many pixels. */
    byte[] blurred(double sigma) {
        int width = drawing.getWidth();
        int height = drawing.getHeight();
        double[] weights = new double[(int) Math.ceil(3 * sigma) + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp(-i * i / (2 * sigma * sigma));
            sum += i == 0 ? weights[i] : 2 * weights[i];
        }
        double[] across = new double[width * height];
        BufferedImage page = gray(width, height);
        for (int i = 0; i < width * height; i++) {
            for (int d = 1 - weights.length; d < weights.length; d++) {
                across[i] += weights[Math.abs(d)] / sum * level(i % width + d, i / width);
            }
        }
        for (int i = 0; i < width * height; i++) {
            double value = 0;
            for (int d = 1 - weights.length; d < weights.length; d++) {
                int row = Math.min(Math.max(i / width + d, 0), height - 1);
                value += weights[Math.abs(d)] / sum * across[row * width + i % width];
            }
            page.getRaster().setSample(i % width, i / width, 0, clipped(value));
        }
        return png(page);
    }

    /**
     * Draws the middle lines of the strokes anew, with a dot of about that radius at each point, moved by slow waves of that
     * height.
     */
    private BufferedImage traced(double radius, double pressure, double wobble) {
        boolean[][] line = middle();
        BufferedImage page = paper(drawing.getWidth(), drawing.getHeight());
        Graphics2D pen = pen(page);
        double phase = 6 * random.nextDouble();
        for (int y = 0; y < line.length; y++) {
            for (int x = 0; x < line[y].length; x++) {
                if (line[y][x]) {
                    double column = (x + 0.5) / FINE;
                    double row = (y + 0.5) / FINE;
                    double dx = wobble * Math.sin(row / 7 + column / 19 + phase);
                    double dy = wobble * Math.sin(column / 8 - row / 17 + 2 * phase);
                    dot(pen, column + dx, row + dy, radius + pressure * Math.sin((row + column) / 9 + phase));
                }
            }
        }
        pen.dispose();
        return page;
    }

    /** Thins the strokes as Zhang and Suen (1984) do, at three times the size. */
    private boolean[][] middle() {
        int height = drawing.getHeight() * FINE + 2;
        int width = drawing.getWidth() * FINE + 2;
        boolean[][] ink = new boolean[height][width];
        for (int y = 1; y < height - 1; y++) {
            for (int x = 1; x < width - 1; x++) {
                ink[y][x] = level((x - 1) / FINE, (y - 1) / FINE) < 128;
            }
        }
        boolean changed = true;
        while (changed) {
            changed = peel(ink, true) | peel(ink, false);
        }
        boolean[][] inner = new boolean[height - 2][width - 2];
        for (int y = 0; y < inner.length; y++) {
            System.arraycopy(ink[y + 1], 1, inner[y], 0, inner[y].length);
        }
        return inner;
    }

    private static boolean peel(boolean[][] ink, boolean first) {
        boolean[][] gone = new boolean[ink.length][ink[0].length];
        boolean any = false;
        for (int y = 1; y < ink.length - 1; y++) {
            for (int x = 1; x < ink[y].length - 1; x++) {
                if (ink[y][x] && peels(ink, x, y, first)) {
                    gone[y][x] = true;
                    any = true;
                }
            }
        }
        for (int y = 0; any && y < ink.length; y++) {
            for (int x = 0; x < ink[y].length; x++) {
                ink[y][x] &= !gone[y][x];
            }
        }
        return any;
    }

    private static boolean peels(boolean[][] ink, int x, int y, boolean first) {
        boolean[] round = {
            ink[y - 1][x],
            ink[y - 1][x + 1],
            ink[y][x + 1],
            ink[y + 1][x + 1],
            ink[y + 1][x],
            ink[y + 1][x - 1],
            ink[y][x - 1],
            ink[y - 1][x - 1]
        };
        int neighbours = 0;
        int begins = 0;
        for (int i = 0; i < 8; i++) {
            neighbours += round[i] ? 1 : 0;
            begins += !round[i] && round[(i + 1) % 8] ? 1 : 0;
        }
        boolean side = first
                ? !(round[0] && round[2] && round[4]) && !(round[2] && round[4] && round[6])
                : !(round[0] && round[2] && round[6]) && !(round[0] && round[4] && round[6]);
        return neighbours >= 2 && neighbours <= 6 && begins == 1 && side;
    }

    /** Returns the level of a pixel; beyond the edges lies paper. */
    private int level(int x, int y) {
        boolean inside = x >= 0 && y >= 0 && x < drawing.getWidth() && y < drawing.getHeight();
        return inside ? drawing.getRaster().getSample(x, y, 0) : 255;
    }

    private static void dot(Graphics2D pen, double x, double y, double radius) {
        pen.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    static BufferedImage read(byte[] file) {
        try {
            return ImageIO.read(new ByteArrayInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BufferedImage gray(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    }

    private static BufferedImage paper(int width, int height) {
        BufferedImage page = gray(width, height);
        Graphics2D white = page.createGraphics();
        white.setColor(Color.WHITE);
        white.fillRect(0, 0, width, height);
        white.dispose();
        return page;
    }

    private static Graphics2D pen(BufferedImage page) {
        Graphics2D pen = page.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(Color.BLACK);
        return pen;
    }

    static int clipped(double value) {
        return (int) Math.round(Math.min(255, Math.max(0, value)));
    }

    static byte[] png(BufferedImage page) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(page, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] jpeg(BufferedImage page, float quality) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(page, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
