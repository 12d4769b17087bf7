package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.evaluation.HausdorffDistance.DistanceField;
import io.twinstream.trainer.evaluation.HausdorffDistance.InkPoints;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final int SIDE = 105;
    private static final int[][] ALL = {{0}};

    @Test
    void fourPixelsThatDifferWhollyAreTwoApart() {
        double[][] scores = new PixelComparer().scores(List.of(ink()), List.of(ink(0, 0, 5, 5, 6, 5, 100, 100)), ALL);

        assertEquals(-2, scores[0][0], 1e-12);
    }

    @Test
    void theModifiedHausdorffDistanceIsTheLargerOfBothMeans() {
        // About their means: -5, 5 and -5, 0, 5 in one row. There 0 on the mean; back (0 + 5 + 0) / 3.
        Picture two = ink(10, 10, 20, 10);
        Picture three = ink(50, 40, 55, 40, 60, 40);

        assertEquals(-5.0 / 3, hausdorff(two, three), 1e-6);
        assertEquals(-5.0 / 3, hausdorff(three, two), 1e-6);
    }

    @Test
    void distancesAreEuclidean() {
        // About their means: (-3, 0), (3, 0) and (0, -4), (0, 4): every point is 5 from its nearest.
        assertEquals(-5, hausdorff(ink(47, 50, 53, 50), ink(50, 46, 50, 54)), 1e-6);
    }

    @Test
    void whereADrawingLiesDoesNotMatter() {
        assertEquals(0, hausdorff(ink(0, 0, 7, 3, 1, 9), ink(97, 95, 104, 98, 98, 104)), 1e-6);
    }

    @Test
    void thePageWithoutInkIsAPoint() {
        assertEquals(0, hausdorff(ink(), ink()), 1e-6);
        assertEquals(-4, hausdorff(ink(), ink(50, 46, 50, 54)), 1e-6);
    }

    @Test
    void eachProbeMeetsTheReferencesThatItAsksForInTheirOrder() {
        Picture a = ink(47, 50, 53, 50);
        Picture b = ink(50, 46, 50, 54);

        double[][] scores =
                new HausdorffDistance().scores(List.of(a, b, a), List.of(b, a), new int[][] {{0, 1}, {1, 0}, {}});

        assertArrayEquals(new double[] {-5, 0}, scores[0], 1e-6);
        assertArrayEquals(new double[] {-5, 0}, scores[1], 1e-6);
        assertEquals(0, scores[2].length);
    }

    @Test
    void theFieldAgreesWithLookingAtEveryPoint() {
        Random random = new Random(1);
        for (int trial = 0; trial < 20; trial++) {
            InkPoints field = InkPoints.of(ink(random.ints(60, 0, SIDE).toArray()));
            InkPoints other = InkPoints.of(ink(random.ints(60, 0, SIDE).toArray()));

            assertEquals(byHand(other, field), new DistanceField(field).mean(other), 1e-3);
        }
    }

    private static double byHand(InkPoints from, InkPoints to) {
        double sum = 0;
        for (int i = 0; i < from.size(); i++) {
            double nearest = Double.MAX_VALUE;
            for (int j = 0; j < to.size(); j++) {
                nearest = Math.min(
                        nearest, Math.hypot(from.columns()[i] - to.columns()[j], from.rows()[i] - to.rows()[j]));
            }
            sum += nearest;
        }
        return sum / from.size();
    }

    private static double hausdorff(Picture probe, Picture reference) {
        return new HausdorffDistance().scores(List.of(probe), List.of(reference), ALL)[0][0];
    }

    /** Returns white paper with ink at x, y, x, y and so on. */
    private static Picture ink(int... at) {
        byte[] samples = new byte[SIDE * SIDE];
        Arrays.fill(samples, (byte) 255);
        for (int i = 0; i < at.length; i += 2) {
            samples[at[i + 1] * SIDE + at[i]] = 0;
        }
        return new Picture(SIDE, SIDE, 1, samples);
    }
}
