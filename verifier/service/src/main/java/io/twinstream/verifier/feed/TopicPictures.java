package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topic pictures are encoded pictures as they came, read by the places of their records. Safe for many threads. */
public final class TopicPictures {
    private static final Logger log = LoggerFactory.getLogger(TopicPictures.class);

    private final RecordDecoder<Probe> probes = new RecordDecoder<>(Probe.class, "a probe", log);
    private final RecordDecoder<Reference> references = new RecordDecoder<>(Reference.class, "a reference", log);
    private final TopicReaderPool readers;
    private final Topics topics;

    public TopicPictures(TopicReaderPool readers, Topics topics) {
        this.readers = readers;
        this.topics = topics;
    }

    /** Returns a probe's picture, or empty if there is no probe any more. */
    public Optional<byte[]> probe(int partition, long offset) {
        return read(partition, offset).map(probe -> RecordSerde.content(probe.getImage()));
    }

    /** Returns the picture that a pair's probe was compared with, or empty if the probe is gone or no pair. */
    public Optional<byte[]> reference(int partition, long offset) {
        return read(partition, offset)
                .flatMap(probe -> probe.getTask() instanceof Pair pair
                        ? Optional.of(RecordSerde.content(pair.getImage()))
                        : Optional.empty());
    }

    /** Returns a reference's picture, or empty if it is no longer there. */
    public Optional<byte[]> reference(ReferenceKey key, Position position) {
        return readers.at(topics.references(), position.partition(), position.offset())
                .flatMap(references::tryDecode)
                .filter(each -> key.equals(new ReferenceKey(each.getSubjectId(), each.getReferenceId())))
                .map(each -> RecordSerde.content(each.getImage()));
    }

    /**
     * Checks that the topic has no picture of a reference that a gallery doesn't know yet.
     *
     * @param appliedTo where the gallery's follower stood before the gallery was asked for the reference
     * @throws io.twinstream.schemas.kafka.TopicUnreadException if it has one, or nobody can tell
     */
    public void requireNone(ReferenceKey key, Map<TopicPartition, Long> appliedTo) {
        readers.requireNone(
                topics.references(),
                appliedTo,
                record -> record.value() != null && key.name().equals(Ids.normal(String.valueOf(record.key()))),
                "the reference %s".formatted(key.name()));
    }

    private Optional<Probe> read(int partition, long offset) {
        return readers.at(topics.probes(), partition, offset).flatMap(probes::tryDecode);
    }
}
