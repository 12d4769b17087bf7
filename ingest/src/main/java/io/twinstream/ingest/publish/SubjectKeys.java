package io.twinstream.ingest.publish;

import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Ids;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a subject's images that are on a topic now, whether committed or in a transaction that is still open. Each call
 * reads the whole topic from the broker, images included, since Kafka hands out no keys alone: seconds for each gigabyte. The values
 * are not kept.
 *
 * <p>Maintainers: a read_committed consumer stops at the first open transaction, so what lies from there to the high watermark is
 * read uncommitted. A tombstone after all that takes effect after it, however the transactions end. What is read uncommitted may
 * yet be aborted, so it adds keys and takes none away: a key too many costs a tombstone, one too few brings somebody back.
 *
 * @param consumers each call reads with two of its own
 * @param subjectOf whom the image of a record shows; null where that can't be told
 * @param timeout of one call without progress
 */
record SubjectKeys(
        Function<IsolationLevel, Consumer<String, byte[]>> consumers,
        String topic,
        Function<ConsumerRecord<String, byte[]>, @Nullable String> subjectOf,
        Duration timeout) {
    /** A key on a partition: others than ingest may have chosen another, and so had ingest while the topic had fewer. */
    record KeyPlace(int partition, String key) {
        private static final Comparator<KeyPlace> BY_KEY =
                Comparator.comparing(KeyPlace::key).thenComparingInt(KeyPlace::partition);

        static KeyPlace of(ConsumerRecord<String, byte[]> record) {
            return new KeyPlace(record.partition(), record.key());
        }
    }

    /** Of the references, whose keys say it. */
    static SubjectKeys ofReferences(Settings settings, String topic, Duration timeout) {
        return new SubjectKeys(
                isolation -> TopicConsumer.ofKeys(settings, isolation),
                topic,
                record -> ReferenceKey.subjectOf(record.key()),
                timeout);
    }

    /** Of the labelled images, whose values say it. */
    static SubjectKeys ofLabels(Settings settings, String topic, Duration timeout) {
        RecordSerde<LabelledImage> serde = RecordSerde.of(LabelledImage.class);
        return new SubjectKeys(
                isolation -> TopicConsumer.open(settings, isolation),
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

    /**
     * What was found.
     *
     * @param places sorted by key
     * @param held partitions that no reader of what is committed reads to the end now
     */
    record Found(Set<KeyPlace> places, Set<TopicPartition> held) {}

    /**
     * The keys of all that every replica in sync had when the call came, composed or not. What is appended later may be missing.
     */
    Found of(String anyForm) {
        String subjectId = Ids.normal(anyForm);
        Set<KeyPlace> keys = new TreeSet<>(KeyPlace.BY_KEY);
        try (Consumer<String, byte[]> committed = consumers.apply(IsolationLevel.READ_COMMITTED);
                Consumer<String, byte[]> uncommitted = consumers.apply(IsolationLevel.READ_UNCOMMITTED)) {
            TopicScan scan = new TopicScan(committed, topic, timeout);
            List<TopicPartition> partitions = scan.partitions();
            Map<TopicPartition, Long> ends = uncommitted.endOffsets(partitions, timeout);
            Map<TopicPartition, Long> stable = committed.endOffsets(partitions, timeout);
            committed.assign(partitions);
            committed.seekToBeginning(partitions);
            scan.readTo(stable, record -> follow(record, subjectId, keys));
            Map<TopicPartition, Long> pending = new HashMap<>(ends);
            pending.entrySet().removeIf(end -> end.getValue() <= stable.getOrDefault(end.getKey(), 0L));
            uncommitted.assign(pending.keySet());
            pending.keySet().forEach(partition -> uncommitted.seek(partition, stable.getOrDefault(partition, 0L)));
            new TopicScan(uncommitted, topic, timeout).readTo(pending, record -> {
                if (shows(record, subjectId)) {
                    keys.add(KeyPlace.of(record));
                }
            });
            return new Found(keys, pending.keySet());
        }
    }

    private void follow(ConsumerRecord<String, byte[]> record, String subjectId, Set<KeyPlace> keys) {
        if (shows(record, subjectId)) {
            keys.add(KeyPlace.of(record));
        } else if (record.key() != null) {
            keys.remove(KeyPlace.of(record));
        }
    }

    private boolean shows(ConsumerRecord<String, byte[]> record, String subjectId) {
        if (record.key() == null || record.serializedValueSize() == ConsumerRecord.NULL_SIZE) {
            return false;
        }
        String shown = subjectOf.apply(record);
        return shown != null && subjectId.equals(Ids.normal(shown));
    }
}
