package io.twinstream.trainer.training;

import io.twinstream.verifier.preprocess.Affine;
import io.twinstream.verifier.preprocess.Bends;
import java.util.SplittableRandom;

/**
 * A distortion says how far a picture may be bent without becoming another class, and draws maps evenly from that
 * range.
 *
 * @param rotation largest turn either way, radians
 * @param scale largest stretch or shrinking, as a share, of width and height each
 * @param shear largest slant, pixels across for each pixel down
 * @param zoom largest enlargement or shrinking of both sides alike, as a share; what is enlarged loses its edges
 * @param shift largest move, as a share of the picture's size
 * @param probability the chance of each of the five to happen at all, 0 to 1
 * @param bend farthest that a place is moved by {@link Bends}, as a share of the picture's size
 */
record Distortion(
        double rotation, double scale, double shear, double zoom, double shift, double probability, double bend) {
    /** Handwriting differs about this much between people, by the drawings in Omniglot. */
    static final Distortion HANDWRITING = new Distortion(Math.toRadians(12), 0.18, 0.25, 0, 6.0 / 105, 1, 0);

    /**
     * The paper bends by 10 degrees, 0.8 to 1.2, shear 0.3 and 2 pixels of 105, each half of the time (Koch et al.
     * 2015, section 3.2).
     */
    static final Distortion PAPER = new Distortion(Math.toRadians(10), 0.2, 0.3, 0, 2.0 / 105, 0.5, 0);

    /** Photographs of one thing, framed by hand, differ about this much. */
    static final Distortion PHOTOGRAPHS = new Distortion(Math.toRadians(10), 0.1, 0.08, 0.25, 0.08, 1, 0);

    Distortion {
        if (!(rotation >= 0
                && scale >= 0
                && scale < 1
                && shear >= 0
                && zoom >= 0
                && zoom < 1
                && shift >= 0
                && bend >= 0)) {
            throw new IllegalArgumentException("distortions must not be negative, were %s, %s, %s, %s, %s, %s"
                    .formatted(rotation, scale, shear, zoom, shift, bend));
        }
    }

    /** Returns the same distortion with bends of at most this share of the picture's size. */
    Distortion bent(double share) {
        return new Distortion(rotation, scale, shear, zoom, shift, probability, share);
    }

    /** Draws the bends of one picture. */
    Bends bends(SplittableRandom random) {
        return bend == 0 ? Bends.NONE : Bends.draw(random, bend);
    }

    /** Draws one random map for a picture of the given size. */
    Affine draw(SplittableRandom random, int width, int height) {
        double angle = even(random, happens(random, rotation));
        double stretch = happens(random, scale);
        // From the target to the source: what is drawn larger takes smaller steps.
        double scaleX = 1 / (1 + even(random, stretch));
        double scaleY = 1 / (1 + even(random, stretch));
        if (zoom > 0) {
            double both = Math.pow(1 + zoom, even(random, happens(random, 1)));
            scaleX /= both;
            scaleY /= both;
        }
        double slant = even(random, happens(random, shear));
        double move = happens(random, shift);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new Affine(
                cos * scaleX,
                (cos * slant - sin) * scaleY,
                sin * scaleX,
                (sin * slant + cos) * scaleY,
                even(random, move) * width,
                even(random, move) * height);
    }

    private double happens(SplittableRandom random, double limit) {
        return random.nextDouble() < probability ? limit : 0;
    }

    private static double even(SplittableRandom random, double limit) {
        return (2 * random.nextDouble() - 1) * limit;
    }
}
