package io.twinstream.verifier.drift;

/**
 * How many matches are among some verdicts that are drawn from a pool, each as likely as any other.
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
     * Where this many drawn matches lie.
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
        return LogFactorial.of(all) - LogFactorial.of(some) - LogFactorial.of(all - some);
    }
}
