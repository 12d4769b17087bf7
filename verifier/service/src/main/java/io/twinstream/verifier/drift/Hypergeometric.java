package io.twinstream.verifier.drift;

import org.apache.commons.numbers.gamma.LogGamma;

/**
 * The distribution of the matches among some verdicts that are drawn from a pool, each as likely as any other.
 *
 * <p>Maintainers: the library's distribution of this name takes no pool beyond 2<sup>31</sup>, which a busy series reaches in a month.
 *
 * @param pool verdicts of the pool, those drawn included
 * @param matches among the pool
 * @param drawn verdicts
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
     * Tells where this many drawn matches lie.
     *
     * <p>Maintainers: terms are summed outwards from the count, where they fall; the other side is what is left.
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
     * The place of a count in its distribution: the probabilities of a lower one, of itself, and of a higher one, each to full
     * relative precision where it is small.
     */
    record Tails(double below, double at, double above) {
        /** The probability of this count or one as far out on the same side, doubled for the other side. */
        double twoSided() {
            return Math.min(1, 2 * (at + Math.min(below, above)));
        }

        /**
         * The randomised p-value of low counts: uniform from 0 to 1 if the part is, whatever the distribution.
         *
         * @param part of the count's own probability that is added, from 0 to 1
         */
        double low(double part) {
            return below + part * at;
        }

        /** The same of high counts: what is missing from {@link #low} to 1. */
        double high(double part) {
            return above + (1 - part) * at;
        }
    }
}
