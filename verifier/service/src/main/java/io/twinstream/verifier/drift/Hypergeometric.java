package io.twinstream.verifier.drift;

import org.apache.commons.numbers.gamma.LogGamma;

/**
 * The hypergeometric distribution is that of the matches among some verdicts drawn from a pool, each as likely as any
 * other.
 *
 * <p>Maintainers: the library's distribution of this name takes no pool beyond 2<sup>31</sup>, which a busy series
 * reaches in a month.
 *
 * @param pool the number of verdicts in the pool, those drawn included
 * @param matches the number of matches in the pool
 * @param drawn the number of verdicts that are drawn
 */
record Hypergeometric(long pool, long matches, long drawn) {
    private static final double NEGLIGIBLE = 1e-17;

    Hypergeometric {
        if (matches < 0 || drawn < 0 || matches > pool || drawn > pool) {
            throw new IllegalArgumentException(
                    "a pool of %d can't hold %d matches or give %d".formatted(pool, matches, drawn));
        }
    }

    /**
     * Returns where this many drawn matches lie in the distribution.
     *
     * <p>Maintainers: terms are summed outwards from the count, in the direction in which they fall; the other side is
     * the rest to 1.
     */
    Tails tails(long seen) {
        double at = probability(seen);
        if ((double) seen * pool >= (double) matches * drawn) {
            double above = above(seen, at);
            return new Tails(Math.max(0, 1 - at - above), at, above);
        }
        double below = new Hypergeometric(pool, pool - matches, drawn).above(drawn - seen, at);
        return new Tails(below, at, Math.max(0, 1 - at - below));
    }

    private double probability(long seen) {
        return Math.exp(choose(matches, seen) + choose(pool - matches, drawn - seen) - choose(pool, drawn));
    }

    private double above(long seen, double at) {
        double sum = 0;
        double term = at;
        for (long k = seen; k < Math.min(matches, drawn) && term > sum * NEGLIGIBLE; k++) {
            term *= ((double) (matches - k) * (drawn - k)) / ((double) (k + 1) * (pool - matches - drawn + k + 1));
            sum += term;
        }
        return sum;
    }

    private static double choose(long all, long some) {
        return LogGamma.value(all + 1.0) - LogGamma.value(some + 1.0) - LogGamma.value(all - some + 1.0);
    }

    /**
     * Tails are the place of a count in its distribution: the probabilities of a lower one, of itself, and of a higher
     * one, each to full relative precision where it is small.
     */
    record Tails(double below, double at, double above) {
        /** Returns the probability of this count or one as far out on the same side, doubled for the other side. */
        double twoSided() {
            return Math.min(1, 2 * (at + Math.min(below, above)));
        }

        /**
         * Returns the randomised p-value of low counts, which is uniform from 0 to 1 if the part is, whatever the
         * distribution.
         *
         * @param part the part of the count's own probability that is added, from 0 to 1
         */
        double low(double part) {
            return below + part * at;
        }

        /** Returns the randomised p-value of high counts, which is the rest from {@link #low} to 1. */
        double high(double part) {
            return above + (1 - part) * at;
        }
    }
}
