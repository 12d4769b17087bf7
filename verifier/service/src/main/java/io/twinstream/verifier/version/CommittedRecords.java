package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Partition 0 of a topic, read with {@code read_committed}.
 *
 * <p>Maintainers: the end is the partition's high watermark, not what a {@code read_committed} consumer calls its end.
 * That one stops short at the first open transaction, whoever's it is, and hides what was committed after it.
 */
public final class CommittedRecords {
    /** Without a record, where there must be more: no broker takes so long, but an open transaction does. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static final Duration WAIT = Duration.ofMillis(100);

    static final Duration POLL = Duration.ofMillis(200);

    private static final Duration JUST_CREATED = Duration.ofSeconds(3);

    private CommittedRecords() {}

    /**
     * Hands over every record up to the end of the topic as it is now.
     *
     * @throws TopicUnreadException if nothing comes for 10 s since a transaction is open
     * @throws TimeoutException if nothing comes for 10 s for another reason
     */
    public static void readAll(Settings settings, String topic, Consumer<ConsumerRecord<String, byte[]>> each) {
        readSince(settings, topic, Instant.EPOCH, each);
    }

    /** As {@link #readAll}, from the first record on that has this time or a later one. */
    public static void readSince(
            Settings settings, String topic, Instant from, Consumer<ConsumerRecord<String, byte[]>> each) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long end = end(settings, partition);
        try (KafkaConsumer<String, byte[]> consumer = consumer(settings, WAIT)) {
            consumer.assign(List.of(partition));
            seek(consumer, partition, from);
            long position = consumer.position(partition);
            long progressNanos = System.nanoTime();
            while (position < end) {
                consumer.poll(POLL).forEach(each);
                long reached = consumer.position(partition);
                if (reached > position) {
                    position = reached;
                    progressNanos = System.nanoTime();
                } else if (System.nanoTime() - progressNanos > PATIENCE.toNanos()) {
                    throw OpenTransactions.cause(KafkaClients.of(settings), List.of(partition), PATIENCE);
                }
            }
        }
    }

    /** @param wait of a fetch at the end of a topic: a record wakes it, but not a transaction that ends */
    static KafkaConsumer<String, byte[]> consumer(Settings settings, Duration wait) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) wait.toMillis());
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(
                config, new StringDeserializer(), RecordValues.of(settings).deserializer());
    }

    private static void seek(KafkaConsumer<String, byte[]> consumer, TopicPartition partition, Instant from) {
        if (from.equals(Instant.EPOCH)) {
            consumer.seekToBeginning(List.of(partition));
            return;
        }
        OffsetAndTimestamp first =
                consumer.offsetsForTimes(Map.of(partition, from.toEpochMilli())).get(partition);
        if (first == null) {
            consumer.seekToEnd(List.of(partition));
        } else {
            consumer.seek(partition, first.offset());
        }
    }

    /**
     * Offset behind the last record that all replicas in sync have, of whatever transaction.
     *
     * <p>Maintainers: a broker hears of a topic a moment after the caller who had it created, and the admin client takes its word for it.
     */
    static long end(Settings settings, TopicPartition partition) {
        long deadline = System.nanoTime() + JUST_CREATED.toNanos();
        try (Admin admin = Admin.create(settings.kafka())) {
            while (true) {
                try {
                    return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                        throw new KafkaException(
                                "the topic %s can't be read".formatted(partition.topic()), e.getCause());
                    }
                    if (System.nanoTime() - deadline > 0) {
                        throw new KafkaException("the topic %s doesn't exist: run 'twinstream topics create'"
                                .formatted(partition.topic()));
                    }
                    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
