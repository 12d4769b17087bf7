package io.twinstream.verifier.feed;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** What lies on some partitions between offsets: from the first to before the last. */
record Stretch(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    private static final Duration POLL = Duration.ofMillis(200);
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * All partitions of a topic.
     *
     * @throws KafkaException if there is no such topic, or it can't be asked for in time
     */
    static List<TopicPartition> partitions(Consumer<String, byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic %s: run 'twinstream topics create'".formatted(topic));
        }
        return partitions;
    }

    /** The last offsets of each partition, at most so many, as they are now. */
    static Stretch last(Consumer<String, byte[]> consumer, String topic, long most) {
        List<TopicPartition> partitions = partitions(consumer, topic);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> from = new HashMap<>();
        begins.forEach((partition, begin) ->
                from.put(partition, Math.max(begin, ends.getOrDefault(partition, begin) - most)));
        return new Stretch(from, ends);
    }

    /**
     * Hands over each record.
     *
     * @throws TimeoutException if they don't come in time
     */
    void read(Consumer<String, byte[]> consumer, java.util.function.Consumer<ConsumerRecord<String, byte[]>> each) {
        consumer.assign(from.keySet());
        from.forEach(consumer::seek);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (from.keySet().stream().anyMatch(partition -> consumer.position(partition, PATIENCE) < end(partition))) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(
                        "%s could not be read within %d s: try again".formatted(from.keySet(), PATIENCE.toSeconds()));
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end(new TopicPartition(record.topic(), record.partition()))) {
                    each.accept(record);
                }
            }
        }
    }

    /** Whether there may be something before. */
    boolean isCutShort() {
        return from.values().stream().anyMatch(offset -> offset > 0);
    }

    private long end(TopicPartition partition) {
        return to.getOrDefault(partition, 0L);
    }
}
