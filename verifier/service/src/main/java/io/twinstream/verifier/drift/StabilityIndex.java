package io.twinstream.verifier.drift;

import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The stability index is the population stability index of scores: the sum of (o - e) ln(o / e) over bins of the score,
 * o observed and e expected, where the share of genuine probes is whatever fits best.
 *
 * @param value the index; 0.25 and more is by convention a change
 * @param chance the value that it exceeds by chance once in a hundred times where nothing has changed
 */
record StabilityIndex(double value, double chance) {
    private static final int BINS = 10;
    private static final double HALF = 0.5;
    private static final double ROUNDING = 1e-9;
    private static final double ONE_IN_A_HUNDRED = 0.01;

    /** Returns the index of counts by bin of the score, which lack the trailing zeros. */
    static StabilityIndex of(List<Long> counts, ScoreSpread spread) {
        double[] expected = spread.mixed(spread.share(counts));
        long scores = counts.stream().mapToLong(Long::longValue).sum();
        double index = 0;
        int bins = 0;
        double seenMass = 0;
        double mass = 0;
        double left = 1;
        for (int i = 0; i < expected.length; i++) {
            seenMass += i < counts.size() ? counts.get(i) : 0;
            mass += expected[i];
            left -= expected[i];
            // The last bin takes what would be too little for one of its own.
            if ((mass >= 1.0 / BINS - ROUNDING && left >= HALF / BINS) || i == expected.length - 1) {
                double o = (seenMass + HALF) / (scores + HALF * BINS);
                double e = (mass * scores + HALF) / (scores + HALF * BINS);
                index += (o - e) * Math.log(o / e);
                bins++;
                seenMass = 0;
                mass = 0;
            }
        }
        return new StabilityIndex(index, chiSquare(Math.max(1, bins - 1)) * (1.0 / scores + 1.0 / spread.pairs()));
    }

    /** Returns the chi-square value that chance exceeds once in a hundred times. */
    private static double chiSquare(int degrees) {
        return ChiSquaredDistribution.of(degrees).inverseSurvivalProbability(ONE_IN_A_HUNDRED);
    }
}
