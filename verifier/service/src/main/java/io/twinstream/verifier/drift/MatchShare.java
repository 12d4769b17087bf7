package io.twinstream.verifier.drift;

import java.util.Locale;

/**
 * A match share is the number of matches among some decided verdicts.
 *
 * @param decided the number of matches and non-matches
 */
record MatchShare(long matches, long decided) {
    static final MatchShare NONE = new MatchShare(0, 0);

    MatchShare plus(MatchShare other) {
        return new MatchShare(matches + other.matches, decided + other.decided);
    }

    MatchShare minus(MatchShare other) {
        return new MatchShare(matches - other.matches, decided - other.decided);
    }

    /** Returns the share, from 0 to 1, or NaN where there are no verdicts. */
    double value() {
        return (double) matches / decided;
    }

    /**
     * Returns where these verdicts would lie if they were drawn from themselves and others together; no parameter is
     * estimated.
     */
    Hypergeometric.Tails among(MatchShare others) {
        return new Hypergeometric(decided + others.decided, matches + others.matches, decided).tails(matches);
    }

    /**
     * Returns the logarithm of the odds of these verdicts under one share against another, each smoothed by half a
     * verdict of either kind.
     */
    double logOdds(MatchShare one, MatchShare other) {
        return matches * Math.log(one.smoothed() / other.smoothed())
                + (decided - matches) * Math.log((1 - one.smoothed()) / (1 - other.smoothed()));
    }

    private double smoothed() {
        return (matches + 0.5) / (decided + 1);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f %% of %d", 100 * value(), decided);
    }
}
