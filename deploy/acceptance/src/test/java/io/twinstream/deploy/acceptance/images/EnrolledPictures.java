package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Holds what lies on the topic of references, erased ones left out.
 *
 * @param subjectOf the subject that each picture is enrolled under, by the picture's SHA-256
 * @param keys keys of the records
 */
record EnrolledPictures(Map<String, String> subjectOf, Set<String> keys) {
    private static final RecordSerde<Reference> SERDE = RecordSerde.of(Reference.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Reads to where the topic ends now. */
    static EnrolledPictures read(Rig rig, Topics topics) {
        Map<String, Object> config = Map.of("bootstrap.servers", rig.bootstrapServers(), "enable.auto.commit", false);
        Map<String, byte[]> held = new HashMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.references()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.value() == null) {
                        held.remove(record.key());
                    } else {
                        held.put(record.key(), record.value());
                    }
                }
            }
        }
        Map<String, String> subjectOf = new HashMap<>();
        held.forEach((key, value) -> {
            Reference reference = SERDE.decode(value);
            if (!key.equals(reference.getSubjectId() + "/" + reference.getReferenceId())) {
                throw new IllegalStateException("the key %s is of another reference".formatted(key));
            }
            subjectOf.put(Sha256.of(RecordSerde.content(reference.getImage())), reference.getSubjectId());
        });
        return new EnrolledPictures(subjectOf, held.keySet());
    }

    Set<String> subjects() {
        return new TreeSet<>(subjectOf.values());
    }
}
