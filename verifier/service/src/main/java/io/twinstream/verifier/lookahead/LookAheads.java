package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.standstill.Standpoint;
import io.twinstream.verifier.standstill.Standpoints;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.tracing.TracedProbes;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Two {@link LookAhead}s for each stream thread, made when the thread first asks, gone with the thread. */
public final class LookAheads {
    /** The consumer setting under which {@link PollInterceptor} finds this object. */
    public static final String CONFIG = "twinstream.lookaheads";

    /**
     * One thread's.
     *
     * @param serving of the version that judges
     * @param shadow of the version that scores beside it
     * @param traced of the version that judges
     * @param standpoint what the thread is at
     */
    public record OfThread(LookAhead serving, LookAhead shadow, TracedProbes traced, Standpoint standpoint) {
        void remember(ConsumerRecords<byte[], byte[]> records) {
            traced.remember(records);
            serving.remember(records);
            shadow.remember(records);
        }
    }

    private final BatchStatistics statistics = new BatchStatistics();
    private final BatchStatistics ofShadow = new BatchStatistics();
    private final ThreadLocal<OfThread> ofThread;

    /**
     * For the probes of one topic.
     *
     * @param batchMax images that fill a batch, at least 2; one more where a pair comes last
     */
    public LookAheads(String topic, ImageLimits limits, int batchMax) {
        this(
                topic,
                limits,
                batchMax,
                new ByteArrayDeserializer(),
                ProbeMetrics.none(),
                Tracing.off(),
                new Standpoints(),
                Standstills.none());
    }

    /**
     * For the probes of one topic, measured and traced.
     *
     * @param values of the topic, as they stand there
     * @param metrics of the versions that judge
     * @param standpoints show what the threads are at
     * @param standstills probes that are never prepared ahead of their turn, nor together with others
     */
    public LookAheads(
            String topic,
            ImageLimits limits,
            int batchMax,
            Deserializer<byte[]> values,
            ProbeMetrics metrics,
            Tracing tracing,
            Standpoints standpoints,
            Standstills standstills) {
        if (batchMax < 2) {
            throw new IllegalArgumentException("a batch must hold a pair, so batchMax at least 2, was " + batchMax);
        }
        TracedProbes none = new TracedProbes(topic, Tracing.off(), Clock.systemUTC());
        this.ofThread = ThreadLocal.withInitial(() -> {
            TracedProbes traced = new TracedProbes(topic, tracing, Clock.systemUTC());
            Standpoint standpoint = standpoints.ofThisThread();
            return new OfThread(
                    new LookAhead(
                            topic,
                            limits,
                            batchMax,
                            values,
                            statistics,
                            metrics,
                            traced,
                            standpoint,
                            standstills,
                            System::nanoTime),
                    new LookAhead(
                            topic,
                            limits,
                            batchMax,
                            values,
                            ofShadow,
                            ProbeMetrics.none(),
                            none,
                            standpoint,
                            standstills,
                            System::nanoTime),
                    traced,
                    standpoint);
        });
    }

    /** The calling thread's. */
    public OfThread ofThisThread() {
        return ofThread.get();
    }

    /** Of the versions that judge. */
    public BatchStatistics statistics() {
        return statistics;
    }
}
