package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.tracing.Tracing;
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
 * Look-aheads give each stream thread the probes that it is not done with and a {@link LookAhead} for each slot. They
 * are made when a thread first asks, and go with the thread.
 */
public final class LookAheads {
    /** This is the consumer setting under which {@link PollInterceptor} finds this object. */
    public static final String CONFIG = "twinstream.lookaheads";

    /**
     * The look-aheads of one thread prepare the probes that this thread polls.
     *
     * @param probes the probes that the thread is not done with
     * @param serving prepares probes for the version that judges
     * @param shadow prepares probes for the version that scores beside it
     * @param activity the work that the thread is doing
     */
    public record OfThread(ProbesInFlight probes, LookAhead serving, LookAhead shadow, ThreadActivity activity) {}

    private final Statistics statistics = new Statistics();
    private final Statistics ofShadow = new Statistics();
    private final ThreadLocal<OfThread> ofThread;

    /**
     * Creates look-aheads for the probes of one topic, neither measured nor traced.
     *
     * @param batchMax the number of images that fill a batch, at least 2; a batch whose last probe is a pair may have
     *     one more
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
     * Creates look-aheads for the probes of one topic, measured and traced.
     *
     * @param values decodes the topic's values to records' bytes
     * @param metrics measures the versions that judge, not those in the shadow
     * @param activities receives what the threads work on
     * @param standstills names the probes that are never prepared ahead of their turn, nor together with others
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
                            ModelSlot.SERVING,
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
                            ModelSlot.SHADOW,
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

    /** Returns the look-aheads of the calling thread. */
    public OfThread ofThisThread() {
        return ofThread.get();
    }

    /** Returns the counts of the look-aheads for the versions that judge; those for the shadow aren't in them. */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * The poll interceptor shows every poll of Streams' main consumer to the thread's look-ahead before Streams
     * processes it, and changes no record. Kafka makes it from its class name, so it finds its {@link LookAheads} in
     * the consumer's settings.
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

    /** Statistics count the work of all stream threads since the start. Safe for many threads. */
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

        /** Returns how many batches with at least one image were embedded. */
        public long batches() {
            return batches.sum();
        }

        /** Returns how many records were processed, those that could not be judged included. */
        public long probes() {
            return probes.sum();
        }

        /** Returns how many images were embedded. */
        public long images() {
            return images.sum();
        }

        /** Returns how many probes an earlier probe's batch had prepared. */
        public long hits() {
            return hits.sum();
        }

        public double averageBatch() {
            return (double) images() / Math.max(1, batches());
        }

        /** Returns the hits as a share of the probes, 0 to 1. */
        public double hitRate() {
            return (double) hits() / Math.max(1, probes());
        }
    }
}
