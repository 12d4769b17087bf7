package io.twinstream.trainer.training;

import io.twinstream.verifier.decode.Affine;
import java.util.SplittableRandom;

/**
 * How far a drawing may be bent without becoming another character; draws maps evenly from that range.
 *
 * @param rotation largest turn either way, radians
 * @param logScale largest natural logarithm of the stretch, of width and height each
 * @param shear largest slant, pixels across for each pixel down
 * @param shift largest move, as a share of the picture's size
 */
record Distortion(double rotation, double logScale, double shear, double shift) {
    /** Of the drawings in Omniglot: people differ about this much. */
    static final Distortion HANDWRITING = new Distortion(Math.toRadians(12), 0.18, 0.25, 6.0 / 105);

    Distortion {
        if (!(rotation >= 0 && logScale >= 0 && shear >= 0 && shift >= 0)) {
            throw new IllegalArgumentException("distortions must not be negative, were %s, %s, %s, %s"
                    .formatted(rotation, logScale, shear, shift));
        }
    }

    /** One random map for a picture of the given size. */
    Affine draw(SplittableRandom random, int width, int height) {
        double angle = even(random, rotation);
        double scaleX = Math.exp(even(random, logScale));
        double scaleY = Math.exp(even(random, logScale));
        double slant = even(random, shear);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new Affine(
                cos * scaleX,
                (cos * slant - sin) * scaleY,
                sin * scaleX,
                (sin * slant + cos) * scaleY,
                even(random, shift) * width,
                even(random, shift) * height);
    }

    private static double even(SplittableRandom random, double limit) {
        return (2 * random.nextDouble() - 1) * limit;
    }
}
