package io.twinstream.ingest.publish;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The keys of a subject's references that are on the topic now. Each call reads the whole topic from the broker, images
 * included, since Kafka hands out no keys alone: seconds for a gallery of a gigabyte. The values are not kept.
 */
final class SubjectKeys {
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final String topic;
    private final Duration timeout;

    /**
     * @param consumers each call reads with one of its own, {@code read_committed}
     * @param timeout of one call without progress
     */
    SubjectKeys(Supplier<Consumer<String, byte[]>> consumers, String topic, Duration timeout) {
        this.consumers = consumers;
        this.topic = topic;
        this.timeout = timeout;
    }

    /** The keys, sorted. What is appended after the call began may be missing. */
    Set<String> of(String subjectId) {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            TopicScan scan = new TopicScan(consumer, topic, timeout);
            List<TopicPartition> partitions = scan.partitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<String> keys = new TreeSet<>();
            scan.readTo(consumer.endOffsets(partitions, timeout), record -> follow(record, subjectId + "/", keys));
            return keys;
        }
    }

    private static void follow(ConsumerRecord<String, byte[]> record, String prefix, Set<String> keys) {
        if (record.key() == null || !record.key().startsWith(prefix)) {
            return;
        }
        if (record.serializedValueSize() == ConsumerRecord.NULL_SIZE) {
            keys.remove(record.key());
        } else {
            keys.add(record.key());
        }
    }
}
