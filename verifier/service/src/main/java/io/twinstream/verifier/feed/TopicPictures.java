package io.twinstream.verifier.feed;

import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;

/** Encoded pictures as they came, by where their records lie. For many threads. */
public final class TopicPictures {
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);
    private final RecordSerde<Reference> references = RecordSerde.of(Reference.class);
    private final TopicReaderPool readers;
    private final Topics topics;

    public TopicPictures(TopicReaderPool readers, Topics topics) {
        this.readers = readers;
        this.topics = topics;
    }

    /** A probe's picture; empty if there is no probe, or none any more. */
    public Optional<byte[]> probe(int partition, long offset) {
        return read(partition, offset).map(probe -> RecordSerde.content(probe.getImage()));
    }

    /** What a pair's probe was compared with; empty as well if the probe is no pair. */
    public Optional<byte[]> reference(int partition, long offset) {
        return read(partition, offset)
                .flatMap(probe -> probe.getTask() instanceof Pair pair
                        ? Optional.of(RecordSerde.content(pair.getImage()))
                        : Optional.empty());
    }

    /** A reference's picture; empty if it no longer lies there. */
    public Optional<byte[]> reference(ReferenceKey key, Position position) {
        return readers.at(topics.references(), position.partition(), position.offset())
                .flatMap(value -> decode(references, value))
                .filter(each -> key.equals(new ReferenceKey(each.getSubjectId(), each.getReferenceId())))
                .map(each -> RecordSerde.content(each.getImage()));
    }

    private Optional<Probe> read(int partition, long offset) {
        return readers.at(topics.probes(), partition, offset).flatMap(value -> decode(probes, value));
    }

    private static <T extends SpecificRecordBase> Optional<T> decode(RecordSerde<T> serde, byte[] value) {
        try {
            return Optional.of(serde.decode(value));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }
}
