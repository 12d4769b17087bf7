package io.twinstream.schemas.kafka;

import io.twinstream.schemas.serde.RecordSerde;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Turns a topic's values into records of one type. What is none is passed over, counted and said once on the reader's log, see {@link
 * UnusableRecords}: it stays on the topic, and nobody stops at it. For many threads.
 */
public final class RecordDecoder<T extends SpecificRecordBase> {
    private final RecordSerde<T> serde;
    private final String what;
    private final Logger log;

    /**
     * Of one type.
     *
     * @param what a record should be, with its article, as {@code a release}
     * @param log the reader's
     */
    public RecordDecoder(Class<T> type, String what, Logger log) {
        this.serde = RecordSerde.of(type);
        this.what = what;
        this.log = log;
    }

    /** The record; empty where the value is none, or is a tombstone, which {@link ConsumerRecord#value} tells. */
    public Optional<T> tryDecode(ConsumerRecord<?, byte[]> record) {
        return tryDecode(record, decoded -> decoded);
    }

    /**
     * What is made of the record.
     *
     * @param made throws an {@link IllegalArgumentException} or a {@link SerializationException}, of one line, where it can't be made
     */
    public <R> Optional<R> tryDecode(ConsumerRecord<?, byte[]> record, Function<T, R> made) {
        byte @Nullable [] value = record.value();
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(made.apply(serde.decode(value)));
        } catch (SerializationException | IllegalArgumentException e) {
            passOver(record, e.getMessage());
            return Optional.empty();
        }
    }

    /** Passes over a record that can't be used for another reason. */
    public void passOver(ConsumerRecord<?, ?> record, @Nullable String why) {
        UnusableRecords.RECORDS.tell(log, record, what, why);
    }
}
