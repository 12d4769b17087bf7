package io.twinstream.verifier.lookahead;

import java.util.concurrent.atomic.LongAdder;

/** Counts of all stream threads since the start. Safe for many threads. */
public final class BatchStatistics {
    private final LongAdder batches = new LongAdder();
    private final LongAdder probes = new LongAdder();
    private final LongAdder images = new LongAdder();
    private final LongAdder hits = new LongAdder();

    void batch(int batchImages) {
        batches.increment();
        images.add(batchImages);
    }

    void probe(boolean hit) {
        probes.increment();
        if (hit) {
            hits.increment();
        }
    }

    /** Runs of the embedder with at least one image. */
    public long batches() {
        return batches.sum();
    }

    /** Records processed, those that could not be judged included. */
    public long probes() {
        return probes.sum();
    }

    /** Images embedded. */
    public long images() {
        return images.sum();
    }

    /** Probes that an earlier probe's batch had prepared. */
    public long hits() {
        return hits.sum();
    }

    public double averageBatch() {
        return (double) images() / Math.max(1, batches());
    }

    /** Hits as a share of the probes, 0 to 1. */
    public double hitRate() {
        return (double) hits() / Math.max(1, probes());
    }
}
