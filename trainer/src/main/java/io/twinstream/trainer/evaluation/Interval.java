package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.ThresholdBasis;
import java.util.Map;

/**
 * An interval contains a true share with 95 % confidence.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
public record Interval(double low, double high) {
    private static final double Z = 1.959964;

    /** Adds the interval to some measures, as the bounds of one of them. */
    void put(String measure, Map<String, Double> measures) {
        measures.put(measure + ThresholdBasis.LOW, low);
        measures.put(measure + ThresholdBasis.HIGH, high);
    }

    /** Returns Wilson's score interval (1927), which keeps its promise near 0 and 1 and for few trials too. */
    public static Interval wilson(long successes, long trials) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException("an interval needs trials, had %d of %d".formatted(successes, trials));
        }
        double share = (double) successes / trials;
        double centre = (share + Z * Z / (2 * trials)) / (1 + Z * Z / trials);
        double half =
                Z / (1 + Z * Z / trials) * Math.sqrt(share * (1 - share) / trials + Z * Z / (4.0 * trials * trials));
        return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
    }
}
