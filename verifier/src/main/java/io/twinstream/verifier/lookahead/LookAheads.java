package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.verifier.inference.Embedder;

/** A {@link LookAhead} for each stream thread, made when the thread first asks, gone with the thread. */
public final class LookAheads {
    /** The consumer setting under which {@link PollInterceptor} finds this object. */
    public static final String CONFIG = "twinstream.lookaheads";

    private final BatchStatistics statistics = new BatchStatistics();
    private final ThreadLocal<LookAhead> ofThread;

    /**
     * For the probes of one topic.
     *
     * @param batchMax most images in a batch, at least 2
     */
    public LookAheads(String topic, Embedder embedder, ImageLimits limits, int batchMax) {
        if (batchMax < 2) {
            throw new IllegalArgumentException("a batch must hold a pair, so batchMax at least 2, was " + batchMax);
        }
        this.ofThread = ThreadLocal.withInitial(() -> new LookAhead(
                topic,
                new ProbeReader(limits, embedder.input().channels()),
                embedder.newBatch(batchMax),
                statistics,
                System::nanoTime));
    }

    /** The calling thread's. */
    public LookAhead ofThisThread() {
        return ofThread.get();
    }

    public BatchStatistics statistics() {
        return statistics;
    }
}
