package io.twinstream.schemas.release;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * This is an activation as it stands on its topic. The record and its append by the broker alone settle when it takes effect.
 *
 * @param model the activated version; null where the shadow slot is emptied
 * @param askedAt when the broker appended the record
 * @param offset the record's offset
 * @param effectiveAt the time from which on a probe that is appended is judged by it
 */
public record Activated(
        ModelSlot slot,
        @Nullable ModelId model,
        Instant askedAt,
        long offset,
        Instant effectiveAt,
        String reason,
        String by) {
    /**
     * The least time between an activation's append and its effect. A verifier that has read the topic to its end less than
     * this ago knows every activation that can concern a probe appended by now.
     */
    public static final Duration NOTICE = Duration.ofSeconds(2);

    /** The most time between an activation's append and its effect; a later one must be a mistake. */
    public static final Duration FURTHEST = Duration.ofDays(3_650);

    private static final RecordSerde<ModelActivation> SERDE = RecordSerde.of(ModelActivation.class);

    /**
     * Reads a record of the activations topic.
     *
     * @throws SerializationException with one line, if the record is no activation
     */
    public static Activated of(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            throw new SerializationException("an activation can't be taken back by a tombstone");
        }
        ModelActivation value = SERDE.decode(record.value());
        Instant asked = Instant.ofEpochMilli(record.timestamp());
        if (value.getDelayMs() > FURTHEST.toMillis()) {
            throw tooFar("its delay is %d ms".formatted(value.getDelayMs()));
        }
        Instant soonest = asked.plusMillis(Math.max(value.getDelayMs(), NOTICE.toMillis()));
        Instant wanted = value.getEffectiveAt();
        if (wanted != null && wanted.isAfter(asked.plus(FURTHEST))) {
            throw tooFar("it is to take effect at " + wanted);
        }
        return new Activated(
                value.getSlot(),
                model(value),
                asked,
                record.offset(),
                wanted != null && wanted.isAfter(soonest) ? wanted : soonest,
                ForeignText.line(value.getReason()),
                ForeignText.value(value.getBy()));
    }

    private static SerializationException tooFar(String what) {
        return new SerializationException(
                "%s, and an activation takes effect within %d days".formatted(what, FURTHEST.toDays()));
    }

    private static @Nullable ModelId model(ModelActivation value) {
        String name = value.getModelName();
        String version = value.getModelVersion();
        if (name == null && version == null && value.getSlot() == ModelSlot.SHADOW) {
            return null;
        }
        if (name == null || version == null) {
            throw new SerializationException("an activation lacks the model's name or version");
        }
        try {
            return new ModelId(name, version);
        } catch (IllegalArgumentException e) {
            throw new SerializationException(e.getMessage());
        }
    }
}
