package io.twinstream.deploy.acceptance.accuracy;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes up photographs of what shows nobody: noise and textures, and blank pictures of each kind. They are functions of the
 * seed.
 */
final class Surfaces {
    private static final int[] SIDES = {64, 105, 160, 240};

    private final Random random;

    Surfaces(long seed) {
        this.random = new Random(seed);
    }

    /** Returns photographs of noise, fabric, bricks, tiles, clouds and water, in turn, as JPEG. */
    List<byte[]> textures(int count) {
        List<byte[]> textures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            textures.add(texture(i % 6));
        }
        return textures;
    }

    private byte[] texture(int kind) {
        int side = SIDES[random.nextInt(SIDES.length)];
        double mean = 60 + 130 * random.nextDouble();
        double height = 35 + 50 * random.nextDouble();
        double period = side / (4 + 16 * random.nextDouble());
        double turn = Math.PI * random.nextDouble();
        double[][] waves = new double[12][];
        for (int i = 0; i < waves.length; i++) {
            waves[i] = new double[] {
                random.nextGaussian() * 14 / side, random.nextGaussian() * 14 / side, 7 * random.nextDouble()
            };
        }
        BufferedImage photograph = InkedPage.gray(side, side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double along = (x * Math.cos(turn) + y * Math.sin(turn)) / period;
                double across = (y * Math.cos(turn) - x * Math.sin(turn)) / period;
                double shape = switch (kind) {
                    case 0 -> 0.8 * random.nextGaussian();
                    case 1 -> Math.sin(2 * Math.PI * along) * Math.sin(2 * Math.PI * across);
                    case 2 -> frac(across) < 0.12 || frac(along / 2 + 0.5 * (Math.floor(across) % 2)) < 0.06 ? 1 : -0.3;
                    case 3 -> (Math.floor(along) + Math.floor(across)) % 2 == 0 ? 1 : -1;
                    default -> clouds(waves, x, y);
                };
                double value = mean + height * (kind == 5 ? Math.abs(shape) - 0.5 : shape) + 5 * random.nextGaussian();
                photograph.getRaster().setSample(x, y, 0, InkedPage.clipped(value));
            }
        }
        return InkedPage.jpeg(photograph, 0.6f + 0.35f * random.nextFloat());
    }

    private static double frac(double value) {
        return value - Math.floor(value);
    }

    private static double clouds(double[][] waves, int x, int y) {
        double sum = 0;
        for (double[] wave : waves) {
            sum += Math.sin(2 * wave[0] * x + 2 * wave[1] * y + wave[2]);
        }
        return sum / Math.sqrt(waves.length / 2.0);
    }

    /** Returns pictures of one level each, which is about this one. */
    List<byte[]> even(int count, int level) {
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int side = SIDES[random.nextInt(SIDES.length)];
            BufferedImage picture = InkedPage.gray(side, side);
            int value = InkedPage.clipped(level + 3 * random.nextGaussian());
            for (int pixel = 0; pixel < side * side; pixel++) {
                picture.getRaster().setSample(pixel % side, pixel / side, 0, value);
            }
            pictures.add(i % 2 == 0 ? InkedPage.png(picture) : InkedPage.jpeg(picture, 0.8f));
        }
        return pictures;
    }

    /**
     * Returns pictures of a lens cap at a high ISO gain: dark, with noise in colour, hot pixels, bands and a corner that glows,
     * through JPEG.
     */
    List<byte[]> dark(int count) {
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int width = 160 + random.nextInt(480);
            int height = width * 3 / 4;
            double mean = 3 + 22 * random.nextDouble();
            double gain = 6 + 30 * random.nextDouble();
            double band = 2 * random.nextDouble();
            double glow = 8 * random.nextDouble();
            double hot = 5e-4 * random.nextDouble();
            BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < height; y++) {
                double row = band * random.nextGaussian();
                for (int x = 0; x < width; x++) {
                    double light = mean + row + glow * Math.exp(-5.0 * ((double) x / width + (double) y / height));
                    double gray = gain * 0.6 * random.nextGaussian();
                    int rgb = 0;
                    for (int channel = 0; channel < 3; channel++) {
                        double value = light + gray + 0.8 * gain * random.nextGaussian();
                        rgb = rgb << 8 | InkedPage.clipped(value);
                    }
                    picture.setRGB(x, y, random.nextDouble() < hot ? 0xffffff : rgb);
                }
            }
            pictures.add(
                    i % 4 == 0 ? InkedPage.png(picture) : InkedPage.jpeg(picture, 0.5f + 0.4f * random.nextFloat()));
        }
        return pictures;
    }

    /** Returns the drawings' ink in white on a ground that is transparent, and black or white beneath. */
    List<byte[]> whiteOnTransparent(List<byte[]> drawings) {
        List<byte[]> pictures = new ArrayList<>();
        for (byte[] each : drawings) {
            BufferedImage drawing = InkedPage.read(each);
            BufferedImage picture =
                    new BufferedImage(drawing.getWidth(), drawing.getHeight(), BufferedImage.TYPE_INT_ARGB);
            int ground = random.nextBoolean() ? 0x00ffffff : 0;
            for (int y = 0; y < drawing.getHeight(); y++) {
                for (int x = 0; x < drawing.getWidth(); x++) {
                    picture.setRGB(x, y, (drawing.getRGB(x, y) & 0xff) < 128 ? 0xffffffff : ground);
                }
            }
            pictures.add(InkedPage.png(picture));
        }
        return pictures;
    }
}
