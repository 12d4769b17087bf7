package io.twinstream.verifier.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Detectors of lower and of higher shares of matches, from slight changes that last to abrupt ones; their mean is the
 * evidence.
 *
 * <p>A window's p-value is made a value z of the standard normal distribution; a detector bets on that having moved by d, with
 * the odds {@code exp(dz - dd/2)}, whose mean is 1 as long as p is uniform. A product of such bets is a test martingale (Vovk,
 * Gammerman, Shafer: Algorithmic Learning in a Random World, 2nd edition, chapter 8), and the recursion of {@link Detector} an
 * e-detector (Shin, Ramdas, Rinaldo: E-detectors, 2023): the mean of the evidence grows by 1 a window, so the mean time
 * until it reaches A is at least A windows.
 *
 * @param all for each distance one of low and one of high shares
 */
record Detectors(List<Detector> all) {
    /** In standard deviations of a window's matches. */
    private static final double[] DISTANCES = {0.25, 0.75, 2, 5};

    /** Keeps bets finite; no p-value of a window comes near. */
    private static final double LEAST = 1e-250;

    Detectors {
        all = List.copyOf(all);
    }

    static Detectors fresh() {
        return new Detectors(Collections.nCopies(2 * DISTANCES.length, Detector.FRESH));
    }

    /**
     * After one more window.
     *
     * @param before all verdicts until then
     * @param part uniform from 0 to 1, which makes p-values exact
     */
    Detectors next(Share window, Share before, double part) {
        Tails tails = window.among(before);
        double z = NormalQuantile.of(Math.max(LEAST, tails.low(part)), Math.max(LEAST, tails.high(part)));
        List<Detector> next = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            double distance = i % 2 == 0 ? DISTANCES[i / 2] : -DISTANCES[i / 2];
            next.add(all.get(i).next(Math.exp(distance * z - distance * distance / 2), window));
        }
        return new Detectors(next);
    }

    double evidence() {
        return all.stream().mapToDouble(Detector::evidence).average().orElse(0);
    }

    Detector strongest() {
        return Collections.max(all, Comparator.comparingDouble(Detector::evidence));
    }
}
