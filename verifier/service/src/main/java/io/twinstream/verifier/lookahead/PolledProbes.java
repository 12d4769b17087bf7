package io.twinstream.verifier.lookahead;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * The records that a stream thread has polled and not yet processed, by partition in offset order. Holds no record
 * longer than Streams holds it itself. For one thread: the poll and the processing are on the same.
 */
final class PolledProbes {
    private final String topic;
    private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> upcoming = new LinkedHashMap<>();

    PolledProbes(String topic) {
        this.topic = topic;
    }

    void remember(ConsumerRecords<byte[], byte[]> polled) {
        for (TopicPartition partition : polled.partitions()) {
            if (partition.topic().equals(topic)) {
                Deque<ConsumerRecord<byte[], byte[]>> known =
                        upcoming.computeIfAbsent(partition, p -> new ArrayDeque<>());
                for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
                    // After a rebalance a partition may be read again from the last commit.
                    while (!known.isEmpty() && known.getLast().offset() >= record.offset()) {
                        known.removeLast();
                    }
                    known.addLast(record);
                }
            }
        }
    }

    /** Forgets what a partition holds up to an offset, which is being processed. */
    void passed(TopicPartition partition, long offset) {
        Deque<ConsumerRecord<byte[], byte[]>> known = upcoming.get(partition);
        while (known != null && !known.isEmpty() && known.getFirst().offset() <= offset) {
            known.removeFirst();
        }
    }

    /**
     * Offers what is to come, of this partition first, then of the others, and drops it; ends at the first refusal.
     *
     * @param wanted a partition is left at its first record that isn't
     */
    void drain(
            TopicPartition first,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        if (!drain(upcoming.getOrDefault(first, new ArrayDeque<>()), wanted, taker)) {
            return;
        }
        for (Map.Entry<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> other : upcoming.entrySet()) {
            if (!other.getKey().equals(first) && !drain(other.getValue(), wanted, taker)) {
                return;
            }
        }
    }

    void forget(TopicPartition partition) {
        upcoming.remove(partition);
    }

    private static boolean drain(
            Deque<ConsumerRecord<byte[], byte[]>> records,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        while (!records.isEmpty() && wanted.test(records.getFirst())) {
            if (!taker.test(records.getFirst())) {
                return false;
            }
            records.removeFirst();
        }
        return true;
    }
}
