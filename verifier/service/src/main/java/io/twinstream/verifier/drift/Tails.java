package io.twinstream.verifier.drift;

/**
 * Where a count lies in its distribution: the probabilities of a lower one, of itself, and of a higher one, each to full
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
