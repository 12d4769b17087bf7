package io.twinstream.verifier.stream;

import io.twinstream.schemas.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Unprocessed records are those on a topology's partitions where nothing is being committed. A partition whose offset
 * moves is no trouble however many records wait on it: that is lag. One thread calls {@link #look}, and any thread
 * {@link #oldest}.
 *
 * <p>Maintainers: offsets alone don't tell, since ends of transactions and given-up records take offsets too. So a
 * partition that has been quiet is read from its committed offset on, with {@code read_committed}, by a consumer that
 * never joins the group. What the topology knows of its commits isn't all: a task that is made anew knows nothing of
 * them, and a commit whose answer got lost in an outage may stand. So what the group has committed is asked for at every
 * look, also where a record was found.
 */
public final class UnprocessedRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final int WAIT_MS = 100;
    private static final int ANSWER_MS = 5_000;

    /**
     * Time for which a partition is remembered that this client doesn't have now; a stream thread that is replaced gives
     * its partitions back soon.
     */
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long UNKNOWN = -1;

    /**
     * An unprocessed record waits while nothing is committed on its partition.
     *
     * @param sinceNanos when it was first seen or when something was last committed, whichever is later, by
     *     {@link System#nanoTime}
     */
    public record Unprocessed(TopicPartition partition, long sinceNanos) {}

    private static final class SeenPartition {
        private long committed = UNKNOWN;
        /** This is an offset up to which no record was found behind the committed one. */
        private long clearTo = UNKNOWN;

        private long movedNanos;
        private long assignedNanos;
        private boolean hasRecord;
        private long foundNanos;

        void committed(long offset, long now) {
            if (offset != UNKNOWN && offset != committed) {
                committed = offset;
                movedNanos = now;
                hasRecord = false;
            }
        }

        long sinceNanos() {
            return foundNanos - movedNanos > 0 ? foundNanos : movedNanos;
        }
    }

    private final Supplier<Map<TopicPartition, Long>> committed;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration quiet;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, SeenPartition> seen = new HashMap<>();
    private @Nullable Consumer<byte[], byte[]> consumer;
    private volatile Optional<Unprocessed> oldest = Optional.empty();

    /**
     * Creates a watch that looks at nothing before {@link #look}.
     *
     * @param committed the committed offset of each partition that the topology has now, -1 where that isn't known
     * @param consumers opens a consumer that can tell what the topology's group has committed
     * @param quiet how long nothing has been committed on a partition before it is read
     */
    UnprocessedRecords(
            Supplier<Map<TopicPartition, Long>> committed,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Duration quiet,
            LongSupplier nanoTime) {
        this.committed = committed;
        this.consumers = consumers;
        this.quiet = quiet;
        this.nanoTime = nanoTime;
    }

    /** Opens a consumer that never joins the group and commits nothing. */
    static Consumer<byte[], byte[]> consumer(KafkaClients clients, String group) {
        return clients.consumer(
                "twinstream-unprocessed-records",
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        // One record of each partition is enough.
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        1,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        WAIT_MS,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        ANSWER_MS));
    }

    /**
     * Looks anew; the broker is asked only about partitions on which nothing is being committed.
     *
     * @throws org.apache.kafka.common.KafkaException if it doesn't answer; what is known of commits counts all the same
     */
    public void look() {
        long now = nanoTime.getAsLong();
        Map<TopicPartition, Long> assigned = committed.get();
        assigned.forEach((partition, offset) -> {
            SeenPartition each = seen.computeIfAbsent(partition, added -> {
                SeenPartition fresh = new SeenPartition();
                fresh.movedNanos = now;
                return fresh;
            });
            each.assignedNanos = now;
            each.committed(offset, now);
        });
        seen.values().removeIf(each -> now - each.assignedNanos > REMEMBERED_NANOS);
        Map<TopicPartition, SeenPartition> silent = seen.entrySet().stream()
                .filter(each ->
                        assigned.containsKey(each.getKey()) && now - each.getValue().movedNanos >= quiet.toNanos())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        try {
            if (!silent.isEmpty()) {
                read(silent);
            }
        } finally {
            // Brokers that don't answer hide no commit that the topology knows of.
            oldest = seen.entrySet().stream()
                    .filter(each -> assigned.containsKey(each.getKey()) && each.getValue().hasRecord)
                    .map(each -> new Unprocessed(each.getKey(), each.getValue().sinceNanos()))
                    .min(Comparator.comparingLong(each -> each.sinceNanos() - now));
        }
    }

    /** Returns the record that had waited longest, at the last look, while nothing was committed on its partition. */
    public Optional<Unprocessed> oldest() {
        return oldest;
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }

    private void read(Map<TopicPartition, SeenPartition> silent) {
        Consumer<byte[], byte[]> reader = consumer == null ? consumers.get() : consumer;
        consumer = reader;
        Map<TopicPartition, OffsetAndMetadata> ofGroup = reader.committed(silent.keySet());
        long now = nanoTime.getAsLong();
        silent.forEach((partition, each) -> {
            OffsetAndMetadata offset = ofGroup.get(partition);
            if (offset != null) {
                each.committed(offset.offset(), now);
            }
        });
        Map<TopicPartition, SeenPartition> unknown = silent.entrySet().stream()
                .filter(each -> !each.getValue().hasRecord)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        if (!unknown.isEmpty()) {
            find(reader, unknown);
        }
    }

    private void find(Consumer<byte[], byte[]> reader, Map<TopicPartition, SeenPartition> unknown) {
        reader.assign(unknown.keySet());
        List<TopicPartition> fromTheBeginning = new ArrayList<>();
        unknown.forEach((partition, each) -> {
            long from = Math.max(each.committed, each.clearTo);
            if (from == UNKNOWN) {
                fromTheBeginning.add(partition);
            } else {
                reader.seek(partition, from);
            }
        });
        if (!fromTheBeginning.isEmpty()) {
            reader.seekToBeginning(fromTheBeginning);
        }
        ConsumerRecords<byte[], byte[]> records = reader.poll(POLL);
        unknown.forEach((partition, each) -> {
            if (!records.records(partition).isEmpty()) {
                each.hasRecord = true;
                each.foundNanos = nanoTime.getAsLong();
            } else {
                each.clearTo = reader.position(partition);
            }
        });
    }
}
