package io.twinstream.verifier.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Histogram buckets say which bucket of a window's histograms a value falls into. Histograms are lists of counts
 * without trailing zeros.
 */
final class HistogramBuckets {
    static final int SCORE_BINS = 100;
    /** This is the number of latency buckets, enough for 45 days; longer latencies are in the last. */
    static final int LATENCIES = 256;

    private static final int LATENCY_STEPS = 8;
    /**
     * This is subtracted before rounding up: logarithms of powers of two may come out a little too high, and no other whole
     * number's is as near to a step.
     */
    private static final double SLACK = 1e-9;

    private HistogramBuckets() {}

    /** Returns the bin of a score from 0 to 1; 1 is in the last. */
    static int ofScore(double score) {
        return Math.max(0, Math.min(SCORE_BINS - 1, (int) (score * SCORE_BINS)));
    }

    /**
     * Returns the bucket of a latency: 0 for at most 1 ms, also below 0, and i for up to 2^(i/8) ms and more than the
     * one before.
     */
    static int ofLatency(Duration latency) {
        // Foreign verdicts may be decided so long before their probes that milliseconds overflow.
        long millis = latency.isNegative() ? 0 : latency.toMillis();
        return millis <= 1
                ? 0
                : Math.min(LATENCIES - 1, (int)
                        Math.ceil(LATENCY_STEPS * Math.log((double) millis) / Math.log(2) - SLACK));
    }

    /** Adds two histograms, bucket by bucket. */
    static List<Long> sum(List<Long> some, List<Long> others) {
        List<Long> longer = some.size() < others.size() ? others : some;
        List<Long> shorter = longer == some ? others : some;
        List<Long> sums = new ArrayList<>(longer);
        for (int i = 0; i < shorter.size(); i++) {
            sums.set(i, sums.get(i) + shorter.get(i));
        }
        return sums;
    }
}
