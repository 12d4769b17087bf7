package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.inference.BatchBuffers;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.lookahead.ProbeReader.Reading;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.standstill.Standpoint;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.tracing.TracedProbes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Embeds a probe together with those that are known to follow it. {@link #remember} sees every poll, {@link #prepare}
 * every record that Streams processes; both on the same stream thread, so nothing is locked. One call costs at most one
 * batch and starts no read after a second, and no record is held back: whatever is known or forgotten, every answer is the same, only sooner or later.
 * A batch is of one version: probes that another one judges wait for a batch of their own. A record whose images the model
 * stands still on, in the batch and alone, is rejected; those beside it aren't.
 */
public final class LookAhead {
    /** A record that is in the batch. */
    private record Batched(TopicPartition partition, long offset, byte @Nullable [] value, Reading reading) {}

    /** An image of the largest size takes most of a second: a batch of them would outlast the transaction. */
    private static final long READING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** With the record's own two runs at most, what a transaction has left for it. */
    private static final long EMBEDDING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int REMEMBERED = 1_000;

    /** A record that a version stood still on. */
    private record Stuck(String sha256, TopicPartition partition, long offset) {}

    /** What belongs to one version. */
    private record Work(ServingModel model, ProbeReader reader, EmbedBatch batch) {}

    private final ImageLimits limits;
    private final int batchMax;
    private final Deserializer<byte[]> values;
    private final BatchStatistics statistics;
    private final BatchBuffers buffers = new BatchBuffers();
    private final PolledProbes polled;
    private final PreparedProbes ready = new PreparedProbes();
    private final SearchAhead searches;
    private final List<Batched> batched = new ArrayList<>();
    /** Those that come again, since their transaction was given up, are not to hold anything up again. */
    private final Set<Stuck> stuck = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Stuck, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private final ProbeMetrics metrics;
    private final TracedProbes traced;
    private final Standpoint standpoint;
    private final Standstills standstills;
    private final LongSupplier nanoTime;
    private @Nullable Work last;
    private long startNanos;

    LookAhead(
            String topic,
            ImageLimits limits,
            int batchMax,
            Deserializer<byte[]> values,
            BatchStatistics statistics,
            ProbeMetrics metrics,
            TracedProbes traced,
            Standpoint standpoint,
            Standstills standstills,
            LongSupplier nanoTime) {
        this.polled = new PolledProbes(topic);
        this.limits = limits;
        this.batchMax = batchMax;
        this.values = values;
        this.statistics = statistics;
        this.metrics = metrics;
        this.traced = traced;
        this.standpoint = standpoint;
        this.standstills = standstills;
        this.nanoTime = nanoTime;
        this.searches = new SearchAhead(ready, nanoTime);
    }

    /** Takes what was polled, to be prepared ahead of its turn. */
    public void remember(ConsumerRecords<byte[], byte[]> records) {
        polled.remember(records);
    }

    /**
     * The embeddings of this record's images by a version, or why there are none.
     *
     * @param version that judges this record
     */
    public Prepared prepare(ModelLease version, TopicPartition partition, long offset, byte @Nullable [] value) {
        ServingModel model = version.model();
        polled.passed(partition, offset);
        Prepared known = ready.take(model, partition, offset, value);
        statistics.probe(known != null);
        if (known != null) {
            return known;
        }
        startNanos = nanoTime.getAsLong();
        Work work = work(model);
        add(work, partition, offset, value);
        // A probe that a thread stood still on goes alone, and in its turn: else others would be taken for the cause.
        if (standstills.times(partition.partition(), offset) == 0) {
            polled.drain(
                    partition,
                    record -> version.holdsAt(Instant.ofEpochMilli(record.timestamp()))
                            && standstills.times(record.partition(), record.offset()) == 0,
                    record -> tryAdd(work, record));
        }
        embed(work);
        Prepared own = ready.take(model, partition, offset, value);
        if (own == null) {
            throw new IllegalStateException("a batch has lost the record that it was made for");
        }
        return own;
    }

    /**
     * The probe with what the gallery holds for it, if that is what it asks: searched together with those that are prepared
     * to follow it, and no more of them than half a second's work.
     *
     * @param model that prepared it
     */
    public EmbeddedProbe searched(ServingModel model, TopicPartition partition, EmbeddedProbe probe) {
        return searches.searched(model, partition, probe);
    }

    /** Drops what is known of a record that nobody will ask for, and of those before it. */
    public void passed(TopicPartition partition, long offset) {
        polled.passed(partition, offset);
        ready.passed(partition, offset);
    }

    /** Drops what is known of a partition that is no longer this thread's. */
    public void forget(TopicPartition partition) {
        polled.forget(partition);
        ready.forget(partition);
    }

    private Work work(ServingModel model) {
        if (last == null || !last.model().equals(model)) {
            last = new Work(
                    model,
                    new ProbeReader(limits, model.embedder().input()),
                    // A pair may come last, and one image less than a power of two would run as many small batches.
                    model.embedder().newBatch(batchMax + 1, buffers));
        }
        return last;
    }

    /** Takes a record into the batch unless its images, two at most, may not fit or reading has taken too long. */
    private boolean tryAdd(Work work, ConsumerRecord<byte[], byte[]> record) {
        if (work.batch().free() < 2 || nanoTime.getAsLong() - startNanos > READING_NANOS) {
            return false;
        }
        byte[] value = values.deserialize(record.topic(), record.headers(), record.value());
        add(work, new TopicPartition(record.topic(), record.partition()), record.offset(), value);
        return true;
    }

    private void add(Work work, TopicPartition partition, long offset, byte @Nullable [] value) {
        if (stuck.contains(new Stuck(work.model().sha256(), partition, offset))) {
            ready.put(work.model(), partition, offset, value, stoodStill(work.model()));
            return;
        }
        standpoint.at(partition.partition(), offset);
        long start = System.nanoTime();
        Reading reading = work.reader().read(value);
        for (Picture picture : reading.pictures()) {
            work.batch().add(picture);
        }
        long took = System.nanoTime() - start;
        metrics.decoded(took);
        traced.decoded(partition, offset, took);
        batched.add(new Batched(partition, offset, value, reading));
    }

    private void embed(Work work) {
        if (batched.isEmpty()) {
            return;
        }
        List<Batched> records = List.copyOf(batched);
        batched.clear();
        standpoint.at(records.stream()
                .map(each -> new ProbePlace(each.partition().partition(), each.offset()))
                .toList());
        long start = System.nanoTime();
        Embeddings embeddings =
                work.batch().runEach(records.get(0).reading().pictures().size(), EMBEDDING_NANOS);
        long took = System.nanoTime() - start;
        if (embeddings.count() > 0) {
            statistics.batch(embeddings.count());
            metrics.embedded(took, embeddings.count());
        }
        int next = 0;
        for (Batched record : records) {
            int images = record.reading().pictures().size();
            keep(work.model(), record, embeddings, next);
            next += images;
            if (images > 0) {
                traced.embedded(record.partition(), record.offset(), took, embeddings.count());
            }
        }
    }

    /** Keeps what came of a record; one that nothing came of yet is prepared anew when its turn comes. */
    private void keep(ServingModel model, Batched record, Embeddings embeddings, int first) {
        List<float[]> own = new ArrayList<>(2);
        for (int image = first; image < first + record.reading().pictures().size(); image++) {
            float[] embedding = embeddings.get(image);
            if (embeddings.isStuck(image)) {
                stuck.add(new Stuck(model.sha256(), record.partition(), record.offset()));
                ready.put(model, record.partition(), record.offset(), record.value(), stoodStill(model));
                return;
            }
            if (embedding == null) {
                return;
            }
            own.add(embedding);
        }
        ready.put(
                model,
                record.partition(),
                record.offset(),
                record.value(),
                record.reading().prepared(own, embeddings.cause(first, first + own.size())));
    }

    private static RejectedProbe stoodStill(ServingModel model) {
        return new RejectedProbe(
                DeadLetterHeaders.STUCK,
                "%s/%s stood still on its image twice"
                        .formatted(model.manifest().name(), model.manifest().version()));
    }
}
