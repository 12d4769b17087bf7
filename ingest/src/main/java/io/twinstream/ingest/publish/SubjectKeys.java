package io.twinstream.ingest.publish;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The keys of a subject's references that are on the topic now. Each call reads the whole topic from the broker, images
 * included, since Kafka hands out no keys alone: seconds for a gallery of a gigabyte. The values are not kept.
 */
final class SubjectKeys {
    private static final Duration POLL = Duration.ofMillis(200);

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
            List<TopicPartition> partitions = partitions(consumer);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
            Set<String> keys = new TreeSet<>();
            long deadline = System.nanoTime() + timeout.toNanos();
            while (!isAt(consumer, ends)) {
                boolean progress = false;
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    follow(record, subjectId + "/", keys);
                    progress = true;
                }
                if (progress) {
                    deadline = System.nanoTime() + timeout.toNanos();
                } else if (System.nanoTime() - deadline > 0) {
                    throw new PublishException(
                            PublishFault.BUSY, "the topic %s can't be read to its end".formatted(topic), null);
                }
            }
            return keys;
        }
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
        Collection<PartitionInfo> infos = consumer.partitionsFor(topic, timeout);
        if (infos == null || infos.isEmpty()) {
            throw new PublishException(
                    PublishFault.MISSING_TOPIC,
                    "the topic %s doesn't exist: run `twinstream topics create`".formatted(topic),
                    null);
        }
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
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

    private static boolean isAt(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.keySet().stream()
                .allMatch(partition -> consumer.position(partition) >= requireNonNull(ends.get(partition)));
    }
}
