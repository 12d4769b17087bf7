package io.twinstream.deploy.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** Collects latencies, from when a probe was due to when its verdict was read. It is safe for one sender and one reader. */
final class LatencySamples {
    private final int warm;
    private final AtomicLongArray due;
    private final long[] nanos;
    private int answered;
    private long warmNanoTime;
    private long lastNanoTime;

    /**
     * Makes samples that are complete once {@code warm + measured} answers have come.
     *
     * @param warm number of the first probes, which don't count
     * @param measured number of the probes after them, which do
     */
    LatencySamples(int warm, int measured) {
        this.warm = warm;
        this.due = new AtomicLongArray(warm + measured);
        this.nanos = new long[warm + measured];
    }

    void due(int id, long nanoTime) {
        due.set(id, nanoTime);
    }

    void answered(int id, long nanoTime) {
        nanos[id] = nanoTime - due.get(id);
        answered++;
        lastNanoTime = nanoTime;
        if (answered == warm) {
            warmNanoTime = nanoTime;
        }
    }

    boolean complete() {
        return answered >= nanos.length;
    }

    /** Returns how many verdicts a second came after the warm-up. */
    double answeredPerSecond() {
        return (answered - warm) / ((lastNanoTime - warmNanoTime) / 1e9);
    }

    /** Returns the latencies after the warm-up in milliseconds, rising. */
    double[] sortedMillis() {
        if (!complete()) {
            throw new IllegalStateException("%d of %d verdicts came".formatted(answered, nanos.length));
        }
        return IntStream.range(warm, nanos.length)
                .mapToDouble(id -> nanos[id] / 1e6)
                .sorted()
                .toArray();
    }
}
