package io.twinstream.verifier.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Change detectors look for lower and for higher shares of matches, from slight changes that last to abrupt ones. The
 * mean of their evidence is the evidence that the share has changed.
 *
 * <p>A window's p-value is made a value z of the standard normal distribution; a detector bets on that having moved by
 * d, with the odds {@code exp(dz - dd/2)}, whose mean is 1 as long as p is uniform. A product of such bets is a test
 * martingale (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, 2nd edition, chapter 8), and the
 * recursion of {@link Detector} an e-detector (Shin, Ramdas, Rinaldo: E-detectors, 2023): the mean of the evidence
 * grows by 1 a window, so the mean time until it reaches A is at least A windows.
 *
 * @param all for each distance one detector of low and one of high shares
 */
record ChangeDetectors(List<Detector> all) {
    /** Lists the changes that are bet on, in standard deviations of a window's matches. */
    private static final double[] DISTANCES = {0.25, 0.75, 2, 5};

    /** This is the least p-value that is used, which keeps bets finite; no window's comes near. */
    private static final double LEAST = 1e-250;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    ChangeDetectors {
        all = List.copyOf(all);
    }

    static ChangeDetectors fresh() {
        return new ChangeDetectors(Collections.nCopies(2 * DISTANCES.length, Detector.FRESH));
    }

    /**
     * Returns the detectors after one more window.
     *
     * @param before all verdicts before the window
     * @param part a number uniform from 0 to 1, which makes p-values exact
     */
    ChangeDetectors next(MatchShare window, MatchShare before, double part) {
        Hypergeometric.Tails tails = window.among(before);
        double z = deviate(Math.max(LEAST, tails.low(part)), Math.max(LEAST, tails.high(part)));
        List<Detector> next = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            double distance = i % 2 == 0 ? DISTANCES[i / 2] : -DISTANCES[i / 2];
            next.add(all.get(i).next(Math.exp(distance * z - distance * distance / 2), window));
        }
        return new ChangeDetectors(next);
    }

    double evidence() {
        return all.stream().mapToDouble(Detector::evidence).average().orElse(0);
    }

    Detector strongest() {
        return Collections.max(all, Comparator.comparingDouble(Detector::evidence));
    }

    /**
     * Returns the standard normal value of a probability. It is computed by the smaller of the two tails, which is
     * exact where it is small.
     *
     * @param below the probability of less
     * @param above the probability of more
     */
    static double deviate(double below, double above) {
        return below < above ? NORMAL.inverseCumulativeProbability(below) : NORMAL.inverseSurvivalProbability(above);
    }

    /**
     * A detector holds the evidence of one kind of change, by Shiryaev's and Roberts' recursion {@code R' = (1 + R) f}:
     * as long as nothing has changed, bets {@code f} have the mean 1, and so {@code R} after t windows the mean t.
     *
     * @param evidence the evidence R
     * @param run the product of the latest bets from where it is largest, at least 1: Page's test, which tells where a
     *     change most likely began
     * @param since the verdicts since that place
     */
    record Detector(double evidence, double run, MatchShare since) {
        static final Detector FRESH = new Detector(0, 1, MatchShare.NONE);

        /** This is the most evidence that is kept, beyond any bound and far from overflow. */
        private static final double MOST = 1e200;

        Detector next(double bet, MatchShare window) {
            double longer = run * bet;
            return new Detector(
                    Math.min(MOST, (1 + evidence) * bet),
                    Math.min(MOST, Math.max(1, longer)),
                    longer <= 1 ? MatchShare.NONE : since.plus(window));
        }
    }
}
