package io.twinstream.ingest.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.record.LabelledImage;
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
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the keys of a subject's images on a topic, both the committed ones and those in open transactions. Each call reads the
 * whole topic, images included, since Kafka hands out no keys alone; that takes seconds for each gigabyte. The values are not
 * kept.
 *
 * <p>Maintainers: records between the stable end and the end are read uncommitted. A tombstone that is sent after them takes
 * effect after them, however their transactions end. Since such a record may yet be aborted, it adds its key and takes none
 * away: a key too many costs one tombstone, a key too few brings a subject back.
 *
 * @param readers makes a reader for each call
 * @param subjectOf returns the subject that a record's image shows, or null where that can't be told
 */
record SubjectKeys(
        Supplier<TopicReader<String>> readers,
        String topic,
        Function<ConsumerRecord<String, byte[]>, @Nullable String> subjectOf) {
    private static final Logger log = LoggerFactory.getLogger(SubjectKeys.class);
    private static final String CLIENT = "twinstream-ingest-erasure";

    /**
     * This is a key on the partition where it lies. That needn't be the partition of today: the topic may have had fewer, and other
     * producers may have chosen another.
     */
    record KeyPlace(int partition, String key) {
        private static final Comparator<KeyPlace> BY_KEY =
                Comparator.comparing(KeyPlace::key).thenComparingInt(KeyPlace::partition);

        static KeyPlace of(ConsumerRecord<String, byte[]> record) {
            return new KeyPlace(record.partition(), record.key());
        }
    }

    /**
     * Looks among references, whose keys name the subject. Values are dropped unread; only their sizes are kept, which tell
     * tombstones.
     */
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

    /** Looks among labelled images, whose values name the subject. */
    static SubjectKeys ofLabels(KafkaClients clients, String topic, Duration timeout) {
        RecordDecoder<LabelledImage> labels = new RecordDecoder<>(LabelledImage.class, "a labelled image", log);
        return new SubjectKeys(
                () -> TopicReader.of(clients, CLIENT, topic, timeout, Map.of()),
                topic,
                // Of a record that is none nobody can tell whose image it is, and the trainer passes it over.
                record -> labels.tryDecode(record)
                        .map(LabelledImage::getSubjectId)
                        .orElse(null));
    }

    /**
     * Holds the keys that were found.
     *
     * @param places the keys with their partitions, sorted by key
     * @param held the partitions that an open transaction keeps readers from reading to the end
     */
    record KeysOnTopic(Set<KeyPlace> places, Set<TopicPartition> held) {}

    /**
     * Returns the keys of a subject, given in any form, on all records that every in-sync replica had when this was called.
     * Records that are appended later may be missing.
     */
    KeysOnTopic of(String anyForm) {
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
            return new KeysOnTopic(keys, pending.partitions());
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
