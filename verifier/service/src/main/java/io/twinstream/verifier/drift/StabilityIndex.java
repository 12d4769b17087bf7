package io.twinstream.verifier.drift;

import io.twinstream.verifier.window.SubjectCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.jspecify.annotations.Nullable;

/**
 * The stability index is the population stability index of scores: the sum of (o - e) ln(o / e) over bins of the score,
 * o observed and e expected, where the share of genuine probes is whatever fits best.
 *
 * <p>Scores of one subject are alike, so chance explains more where subjects recur. How much more is the mean design effect of the
 * bins (Rao and Scott 1981), which the subjects' own scores tell: the variance of the bins' shares with subjects drawn, over that
 * with scores drawn. It is known no better than the number of subjects allows, hence Fisher's distribution.
 *
 * @param value the index; 0.25 and more is by convention a change
 * @param chance the value that it exceeds by chance as rarely as was asked, where nothing has changed; infinite with one subject
 */
record StabilityIndex(double value, double chance) {
    private static final int BINS = 10;
    private static final double HALF = 0.5;
    private static final double ROUNDING = 1e-9;

    /** Of windows in which nothing has changed, chance is exceeded in this share. */
    static final double ONE_IN_A_HUNDRED = 0.01;

    /** Returns the index of counts by bin of the score, which lack the trailing zeros, as if each came from another subject. */
    static StabilityIndex of(List<Long> counts, ScoreSpread spread) {
        return of(counts, spread, null, ONE_IN_A_HUNDRED);
    }

    /**
     * Returns the index of counts by bin of the score, which lack the trailing zeros.
     *
     * @param subjects who came with these scores; null where nobody knows, and each is taken for another's
     * @param rarity the probability with which chance may exceed {@link #chance}
     */
    static StabilityIndex of(List<Long> counts, ScoreSpread spread, @Nullable SubjectCounts subjects, double rarity) {
        double[] expected = spread.mixed(spread.share(counts));
        Cells cells = Cells.of(expected);
        double[] seen = new double[cells.masses.length];
        for (int bin = 0; bin < counts.size(); bin++) {
            seen[cells.ofBin[bin]] += counts.get(bin);
        }
        long scores = counts.stream().mapToLong(Long::longValue).sum();
        double index = 0;
        for (int cell = 0; cell < seen.length; cell++) {
            double o = (seen[cell] + HALF) / (scores + HALF * BINS);
            double e = (cells.masses[cell] * scores + HALF) / (scores + HALF * BINS);
            index += (o - e) * Math.log(o / e);
        }
        int degrees = Math.max(1, seen.length - 1);
        return new StabilityIndex(
                index,
                subjects == null
                        ? ChiSquaredDistribution.of(degrees).inverseSurvivalProbability(rarity)
                                * (1.0 / scores + 1.0 / spread.pairs())
                        : chance(cells, degrees, scores, spread, subjects, rarity));
    }

    private static double chance(
            Cells cells, int degrees, long scores, ScoreSpread spread, SubjectCounts subjects, double rarity) {
        Set<Long> drawn = subjects.distinct();
        if (drawn.size() < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double quantile =
                degrees * FDistribution.of(degrees, drawn.size() - 1.0).inverseSurvivalProbability(rarity);
        double effect = Math.max(1, cells.designEffect(subjects, drawn.size(), degrees));
        return quantile * (effect / scores + 1.0 / spread.pairs());
    }

    /**
     * Cells are bins of the score put together, such that each is expected to hold a tenth of the scores or more.
     *
     * @param ofBin the cell of each bin
     * @param masses the share of the scores that each cell is expected to hold
     */
    private record Cells(int[] ofBin, double[] masses) {
        static Cells of(double[] expected) {
            int[] ofBin = new int[expected.length];
            double[] masses = new double[expected.length];
            int cell = 0;
            double left = 1;
            for (int i = 0; i < expected.length; i++) {
                ofBin[i] = cell;
                masses[cell] += expected[i];
                left -= expected[i];
                // The last cell takes what would be too little for one of its own.
                if (masses[cell] >= 1.0 / BINS - ROUNDING && left >= HALF / BINS) {
                    cell++;
                }
            }
            return new Cells(ofBin, Arrays.copyOf(masses, cell + 1));
        }

        /** Returns by how much the shares of the cells vary more with subjects drawn than with scores drawn. */
        double designEffect(SubjectCounts subjects, int drawn, int degrees) {
            double[] totals = new double[masses.length];
            double all = 0;
            for (int i = 0; i < subjects.counts().size(); i++) {
                totals[cell(subjects, i)] += subjects.counts().get(i);
                all += subjects.counts().get(i);
            }
            double[] squares = new double[masses.length];
            int from = 0;
            while (from < subjects.counts().size()) {
                long hash = subjects.hashes().get(from);
                double[] own = new double[masses.length];
                double sum = 0;
                int to = from;
                for (; to < subjects.counts().size() && subjects.hashes().get(to) == hash; to++) {
                    own[cell(subjects, to)] += subjects.counts().get(to);
                    sum += subjects.counts().get(to);
                }
                for (int cell = 0; cell < own.length; cell++) {
                    double off = own[cell] - sum * totals[cell] / all;
                    squares[cell] += off * off;
                }
                from = to;
            }
            double effect = 0;
            for (int cell = 0; cell < squares.length; cell++) {
                double variance = squares[cell] / (all * all) * drawn / (drawn - 1.0);
                effect += variance * all / masses[cell];
            }
            return effect / degrees;
        }

        private int cell(SubjectCounts subjects, int entry) {
            return ofBin[Math.min(ofBin.length - 1, subjects.bins().get(entry))];
        }
    }
}
