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
 * Turns a topic's values into records of one type. A value that is no such record is passed over, counted, and said once on
 * the reader's log, see {@link UnusableRecords}. It stays on the topic, and nobody stops at it. For many threads.
 */
public final class RecordDecoder<T extends SpecificRecordBase> {
    private final RecordSerde<T> serde;
    private final String what;
    private final Logger log;

    /**
     * Makes a decoder of one type.
     *
     * @param what a record of the type with its article, as {@code a release}
     * @param log the reader's log
     */
    public RecordDecoder(Class<T> type, String what, Logger log) {
        this.serde = RecordSerde.of(type);
        this.what = what;
        this.log = log;
    }

    /**
     * Decodes a record's value. Returns empty where it is no such record, or is a tombstone, which {@link
     * ConsumerRecord#value} tells.
     */
    public Optional<T> tryDecode(ConsumerRecord<?, byte[]> record) {
        return tryDecode(record, decoded -> decoded);
    }

    /**
     * Decodes a record and makes something of it. Returns empty where either fails.
     *
     * @param made makes it; throws an {@link IllegalArgumentException} or a {@link SerializationException}, each with one
     *     line, where it can't
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

    /** Passes over a record that can't be used for a reason of the caller's. */
    public void passOver(ConsumerRecord<?, ?> record, @Nullable String why) {
        UnusableRecords.RECORDS.tell(log, record, what, why);
    }
}
