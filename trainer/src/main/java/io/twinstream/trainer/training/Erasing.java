package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import java.util.SplittableRandom;

/**
 * Erasing paints a rectangle of one colour over a part of a picture, so that no single part is all that a network looks at (Zhong
 * et al. 2020, Random Erasing).
 *
 * @param probability the chance that something is erased, 0 to 1
 * @param least the smallest rectangle, as a share of the picture's area
 * @param most the largest, at most 1
 * @param aspect the largest ratio of its sides, either way, at least 1
 */
record Erasing(double probability, double least, double most, double aspect) {
    /** Nothing is erased. */
    static final Erasing NONE = new Erasing(0, 0, 0, 1);

    static final Erasing PHOTOGRAPHS = new Erasing(0.4, 0.02, 0.2, 2.5);

    private static final int COLOURS = 256;

    Erasing {
        if (!(probability >= 0 && probability <= 1 && least >= 0 && least <= most && most <= 1 && aspect >= 1)) {
            throw new IllegalArgumentException(
                    "erasing needs a chance of 0 to 1, areas of 0 to 1 in their order and an aspect of at least 1, was %s, %s, %s, %s"
                            .formatted(probability, least, most, aspect));
        }
    }

    /** Draws whether and what is erased, and returns the picture without it. */
    Picture erase(Picture picture, SplittableRandom random) {
        if (probability == 0 || random.nextDouble() >= probability) {
            return picture;
        }
        double area = (least + random.nextDouble() * (most - least)) * picture.width() * picture.height();
        double ratio = Math.pow(aspect, 2 * random.nextDouble() - 1);
        int width = side(Math.sqrt(area * ratio), picture.width());
        int height = side(Math.sqrt(area / ratio), picture.height());
        int left = random.nextInt(picture.width() - width + 1);
        int top = random.nextInt(picture.height() - height + 1);
        byte[] colour = new byte[picture.channels()];
        for (int channel = 0; channel < colour.length; channel++) {
            colour[channel] = (byte) random.nextInt(COLOURS);
        }
        return painted(picture, new Rectangle(left, top, width, height), colour);
    }

    private static int side(double wanted, int most) {
        return (int) Math.max(1, Math.min(most, Math.round(wanted)));
    }

    /** Returns the picture with a rectangle painted over. */
    static Picture painted(Picture picture, Rectangle part, byte[] colour) {
        byte[] samples = picture.samples().clone();
        for (int y = part.top; y < part.top + part.height; y++) {
            for (int x = part.left; x < part.left + part.width; x++) {
                System.arraycopy(colour, 0, samples, (y * picture.width() + x) * colour.length, colour.length);
            }
        }
        return new Picture(picture.width(), picture.height(), picture.channels(), samples);
    }

    /** A rectangle is a part of a picture, in pixels. */
    record Rectangle(int left, int top, int width, int height) {}
}
