package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.lookahead.ProbeInFlight.Role;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import io.twinstream.verifier.standstill.ThreadActivity;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * What each stream thread looks ahead with: the probes that it is not done with and a {@link LookAhead} for each role. It is made when
 * the thread first asks, and gone with the thread.
 */
public final class LookAheads {
    /** The consumer setting under which {@link PollInterceptor} finds this object. */
    public static final String CONFIG = "twinstream.lookaheads";

    /**
     * What one thread looks ahead with.
     *
     * @param probes that the thread is not done with
     * @param serving prepares them for the version that judges
     * @param shadow prepares them for the version that scores beside it
     * @param activity what the thread is at
     */
    public record OfThread(ProbesInFlight probes, LookAhead serving, LookAhead shadow, ThreadActivity activity) {}

    private final Statistics statistics = new Statistics();
    private final Statistics ofShadow = new Statistics();
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
                new ThreadActivities(),
                Standstills.none());
    }

    /**
     * For the probes of one topic, measured and traced.
     *
     * @param values of the topic, as they stand there
     * @param metrics of the versions that judge
     * @param activities show what the threads are at
     * @param standstills probes that are never prepared ahead of their turn, nor together with others
     */
    public LookAheads(
            String topic,
            ImageLimits limits,
            int batchMax,
            Deserializer<byte[]> values,
            ProbeMetrics metrics,
            Tracing tracing,
            ThreadActivities activities,
            Standstills standstills) {
        if (batchMax < 2) {
            throw new IllegalArgumentException("a batch must hold a pair, so batchMax at least 2, was " + batchMax);
        }
        this.ofThread = ThreadLocal.withInitial(() -> {
            ProbesInFlight probes = new ProbesInFlight(topic, tracing, Clock.systemUTC());
            ThreadActivity activity = activities.ofThisThread();
            return new OfThread(
                    probes,
                    new LookAhead(
                            Role.SERVING,
                            probes,
                            limits,
                            batchMax,
                            values,
                            statistics,
                            metrics,
                            activity,
                            standstills,
                            System::nanoTime),
                    new LookAhead(
                            Role.SHADOW,
                            probes,
                            limits,
                            batchMax,
                            values,
                            ofShadow,
                            ProbeMetrics.none(),
                            activity,
                            standstills,
                            System::nanoTime),
                    activity);
        });
    }

    /** The calling thread's. */
    public OfThread ofThisThread() {
        return ofThread.get();
    }

    /** The counts of the look-aheads for the versions that judge; those for the shadow aren't in them. */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Shows every poll of Streams' main consumer to the thread's look-ahead before Streams processes it, and changes no record. Kafka
     * makes it from its class name, so it finds its {@link LookAheads} in the consumer's settings.
     */
    public static final class PollInterceptor implements ConsumerInterceptor<byte[], byte[]> {
        private @Nullable LookAheads lookAheads;

        @Override
        public void configure(Map<String, ?> settings) {
            lookAheads = (LookAheads) settings.get(CONFIG);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            requireNonNull(lookAheads, CONFIG).ofThisThread().probes().polled(records);
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}
    }

    /** Counts of all stream threads since the start. Safe for many threads. */
    public static final class Statistics {
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
}
