package io.twinstream.ingest.publish;

import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a subject's images that are on a topic now. Each call reads the whole topic from the broker, images
 * included, since Kafka hands out no keys alone: seconds for each gigabyte. The values are not kept.
 *
 * @param consumers each call reads with one of its own, {@code read_committed}
 * @param subjectOf whom the image of a record shows; null where that can't be told
 * @param timeout of one call without progress
 */
record SubjectKeys(
        Supplier<Consumer<String, byte[]>> consumers,
        String topic,
        Function<ConsumerRecord<String, byte[]>, @Nullable String> subjectOf,
        Duration timeout) {
    /** Of the references, whose keys say it. */
    static SubjectKeys ofReferences(Settings settings, String topic, Duration timeout) {
        return new SubjectKeys(
                () -> TopicConsumer.ofKeys(settings), topic, record -> ReferenceKey.subjectOf(record.key()), timeout);
    }

    /** Of the labelled images, whose values say it. */
    static SubjectKeys ofLabels(Settings settings, String topic, Duration timeout) {
        RecordSerde<LabelledImage> serde = RecordSerde.of(LabelledImage.class);
        return new SubjectKeys(
                () -> TopicConsumer.open(settings),
                topic,
                record -> {
                    try {
                        return serde.decode(record.value()).getSubjectId();
                    } catch (SerializationException e) {
                        return null;
                    }
                },
                timeout);
    }

    /** A key, and a partition on which a record of it lies: after partitions were added, a key may lie on several. */
    record Placed(int partition, String key) {}

    /** The keys where they lie. What is appended after the call began may be missing. */
    Set<Placed> of(String subjectId) {
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            TopicScan scan = new TopicScan(consumer, topic, timeout);
            List<TopicPartition> partitions = scan.partitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<Placed> keys = new LinkedHashSet<>();
            scan.readTo(consumer.endOffsets(partitions, timeout), record -> follow(record, subjectId, keys));
            return keys;
        }
    }

    private void follow(ConsumerRecord<String, byte[]> record, String subjectId, Set<Placed> keys) {
        if (record.key() == null) {
            return;
        }
        Placed placed = new Placed(record.partition(), record.key());
        if (record.serializedValueSize() != ConsumerRecord.NULL_SIZE && subjectId.equals(subjectOf.apply(record))) {
            keys.add(placed);
        } else {
            keys.remove(placed);
        }
    }
}
