package io.twinstream.verifier.drift;

/**
 * Evidence of one kind of change, by Shiryaev's and Roberts' recursion {@code R' = (1 + R) f}: as long as nothing has
 * changed, bets {@code f} have the mean 1, and so {@code R} after t windows the mean t.
 *
 * @param evidence R
 * @param run the product of the latest bets from where it is largest, 1 at least: Page's test, which tells where a change
 *     most likely began
 * @param since the verdicts since there
 */
record Detector(double evidence, double run, Share since) {
    static final Detector FRESH = new Detector(0, 1, Share.NONE);

    /** Beyond any bound, and far from overflow. */
    private static final double MOST = 1e200;

    Detector next(double bet, Share window) {
        double longer = run * bet;
        return new Detector(
                Math.min(MOST, (1 + evidence) * bet),
                Math.min(MOST, Math.max(1, longer)),
                longer <= 1 ? Share.NONE : since.plus(window));
    }
}
