package io.twinstream.verifier.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Histograms as lists of counts without trailing zeros. */
final class HistogramBuckets {
    static final int SCORE_BINS = 100;
    /** Number of latency buckets, enough for 45 days; what takes longer is in the last. */
    static final int LATENCIES = 256;

    private static final int LATENCY_STEPS = 8;
    /** Logarithms of powers of two may come out a little too high, and no other whole number's is as near to a step. */
    private static final double SLACK = 1e-9;

    private HistogramBuckets() {}

    /** The bin of a score from 0 to 1; 1 is in the last. */
    static int ofScore(double score) {
        return Math.max(0, Math.min(SCORE_BINS - 1, (int) (score * SCORE_BINS)));
    }

    /** Bucket 0 for at most 1 ms, also below 0; bucket i for up to 2^(i/8) ms and more than the one before. */
    static int ofLatency(Duration latency) {
        long millis = latency.toMillis();
        return millis <= 1
                ? 0
                : Math.min(LATENCIES - 1, (int)
                        Math.ceil(LATENCY_STEPS * Math.log((double) millis) / Math.log(2) - SLACK));
    }

    /** Bucket by bucket. */
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
