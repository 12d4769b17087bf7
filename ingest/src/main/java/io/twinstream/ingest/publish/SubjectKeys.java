package io.twinstream.ingest.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a subject's images that are on a topic now, whether committed or in a transaction that is still open. Each call
 * reads the whole topic from the broker, images included, since Kafka hands out no keys alone: seconds for each gigabyte. The values
 * are not kept.
 *
 * <p>Maintainers: what lies between the stable end and the end is read uncommitted. A tombstone after all that takes effect after
 * it, however the transactions end. What is read uncommitted may yet be aborted, so it adds keys and takes none away: a key too many
 * costs a tombstone, one too few brings somebody back.
 *
 * @param readers each call reads with one of its own
 * @param subjectOf whom the image of a record shows; null where that can't be told
 */
record SubjectKeys(
        Supplier<TopicReader<String>> readers,
        String topic,
        Function<ConsumerRecord<String, byte[]>, @Nullable String> subjectOf) {
    private static final String CLIENT = "twinstream-ingest-erasure";

    /** A key on a partition: others than ingest may have chosen another, and so had ingest while the topic had fewer. */
    record KeyPlace(int partition, String key) {
        private static final Comparator<KeyPlace> BY_KEY =
                Comparator.comparing(KeyPlace::key).thenComparingInt(KeyPlace::partition);

        static KeyPlace of(ConsumerRecord<String, byte[]> record) {
            return new KeyPlace(record.partition(), record.key());
        }
    }

    /** Of the references, whose keys say it: values are dropped unread, only their sizes tell tombstones. */
    static SubjectKeys ofReferences(KafkaClients clients, String topic, Duration timeout) {
        return new SubjectKeys(
                () -> TopicReader.of(
                        clients,
                        CLIENT,
                        topic,
                        timeout,
                        new StringDeserializer(),
                        (unused, bytes) -> new byte[0],
                        Map.of()),
                topic,
                record -> ReferenceKey.storedSubject(record.key()));
    }

    /** Of the labelled images, whose values say it. */
    static SubjectKeys ofLabels(KafkaClients clients, String topic, Duration timeout) {
        RecordSerde<LabelledImage> serde = RecordSerde.of(LabelledImage.class);
        return new SubjectKeys(() -> TopicReader.of(clients, CLIENT, topic, timeout, Map.of()), topic, record -> {
            try {
                return serde.decode(record.value()).getSubjectId();
            } catch (SerializationException e) {
                // Whose it is nobody can tell, and the trainer passes it over.
                return null;
            }
        });
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
        try (TopicReader<String> reader = readers.get()) {
            List<TopicPartition> partitions = reader.partitions();
            // The ends first: a partition that grows between the two is not held by that.
            Map<TopicPartition, Long> ends = reader.ends(partitions);
            Map<TopicPartition, Long> stable = reader.stableEnds(partitions);
            reader.read(new OffsetRanges(reader.begins(partitions), stable), record -> follow(record, subjectId, keys));
            OffsetRanges pending = new OffsetRanges(stable, ends);
            reader.readPending(pending, record -> {
                if (shows(record, subjectId)) {
                    keys.add(KeyPlace.of(record));
                }
            });
            return new Found(keys, pending.partitions());
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
