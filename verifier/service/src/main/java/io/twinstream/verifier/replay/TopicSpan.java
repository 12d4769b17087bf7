package io.twinstream.verifier.replay;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The committed records of a topic from one time to another, or to the end as it was when this was opened; each
 * partition in order. For one thread.
 *
 * <p>Maintainers: the end is the high watermark, so that what stands behind an open transaction is waited for.
 */
final class TopicSpan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** A minute without a record: verifiers' own transactions last no longer. */
    private static final int MOST_EMPTY_POLLS = 300;

    private final Settings settings;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Of the partitions that aren't read to their end. */
    private final Map<TopicPartition, Long> ends;

    private final long length;
    private int emptyPolls;

    private TopicSpan(Settings settings, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
        this.settings = settings;
        this.ends = new HashMap<>(ends);
        this.ends.entrySet().removeIf(end -> starts.getOrDefault(end.getKey(), end.getValue()) >= end.getValue());
        this.length = this.ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - starts.getOrDefault(end.getKey(), end.getValue()))
                .sum();
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        consumer = new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), RecordValues.of(settings).deserializer());
        consumer.assign(this.ends.keySet());
        this.ends.keySet().forEach(partition -> consumer.seek(partition, starts.getOrDefault(partition, 0L)));
    }

    /**
     * Opens all partitions at the first record with this timestamp or a later one.
     *
     * @param to each partition ends before its first record with a later timestamp; null for the end of the topic
     * @throws KafkaException if there is no such topic or it can't be read
     */
    static TopicSpan open(Settings settings, String topic, Instant from, @Nullable Instant to) {
        try (Admin admin = Admin.create(settings.kafka())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (TopicDescription described :
                    admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
                described.partitions().forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
            Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
            if (to != null) {
                offsets(admin, partitions, OffsetSpec.forTimestamp(to.toEpochMilli() + 1))
                        .forEach((partition, later) -> ends.merge(partition, later, Math::min));
            }
            Map<TopicPartition, Long> starts = offsets(admin, partitions, OffsetSpec.forTimestamp(from.toEpochMilli()));
            return new TopicSpan(settings, starts, ends);
        } catch (ExecutionException e) {
            throw new KafkaException("the topic %s can't be read".formatted(topic), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Without the partitions that have no such record. */
    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec)))
                .all()
                .get();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, info) -> {
            if (info.offset() >= 0) {
                offsets.put(partition, info.offset());
            }
        });
        return offsets;
    }

    /** Offsets between start and end, summed over the partitions: no fewer than there are records. */
    long length() {
        return length;
    }

    boolean done() {
        return ends.isEmpty();
    }

    /**
     * The next records, or none for now.
     *
     * @throws KafkaException if there has been none for a minute, with the transaction that is open
     */
    ConsumerRecords<byte[], byte[]> poll() {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
        emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
        if (emptyPolls > MOST_EMPTY_POLLS) {
            throw OpenTransactions.cause(KafkaClients.of(settings), ends.keySet(), POLL.multipliedBy(MOST_EMPTY_POLLS));
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> within = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            long end = ends.getOrDefault(partition, 0L);
            within.put(
                    partition,
                    polled.records(partition).stream()
                            .filter(record -> record.offset() < end)
                            .toList());
        }
        List<TopicPartition> read = ends.entrySet().stream()
                .filter(end -> consumer.position(end.getKey()) >= end.getValue())
                .map(Map.Entry::getKey)
                .toList();
        consumer.pause(read);
        read.forEach(ends::remove);
        return new ConsumerRecords<>(within, Map.of());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
