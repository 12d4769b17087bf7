package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.TopicUnreadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads one record by where it lies: one fetch. For many threads. */
final class RecordFetch {
    private final Readers readers;
    private final String topic;

    RecordFetch(Readers readers, String topic) {
        this.readers = readers;
        this.topic = topic;
    }

    /**
     * The record's value; empty if there is none, or none any more.
     *
     * @throws TopicUnreadException if it is there, and not committed
     */
    Optional<byte[]> at(int partition, long offset) {
        return readers.read(consumer -> at(consumer, new TopicPartition(topic, partition), offset));
    }

    private Optional<byte[]> at(Consumer<String, byte[]> consumer, TopicPartition partition, long offset) {
        if (!Stretch.partitions(consumer, topic).contains(partition)) {
            return Optional.empty();
        }
        long committed =
                consumer.endOffsets(List.of(partition), Stretch.PATIENCE).getOrDefault(partition, 0L);
        if (offset >= committed) {
            readers.requireNone(partition, offset);
            return Optional.empty();
        }
        List<byte[]> found = new ArrayList<>();
        try {
            new Stretch(Map.of(partition, offset), Map.of(partition, offset + 1)).read(consumer, record -> {
                if (record.value() != null) {
                    found.add(record.value());
                }
            });
        } catch (OffsetOutOfRangeException e) {
            // Deleted by retention.
            return Optional.empty();
        }
        return found.stream().findFirst();
    }
}
