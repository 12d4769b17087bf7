package io.twinstream.schemas.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.schemas.topic.Ids;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A dead-letter view is a dead letter as {@code openapi.yaml} describes it, without its bytes.
 *
 * @param key the record's key; null if it has none
 * @param record the place of the record that can't be judged; null if the headers don't say
 * @param partition the dead letter's own partition
 * @param offset the dead letter's own offset
 * @param atMs the record's append time
 * @param bytes the size of the record's value
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetterView(
        String reason,
        String message,
        @Nullable String probe,
        @Nullable String source,
        @Nullable String key,
        @Nullable Place record,
        int partition,
        long offset,
        long atMs,
        int bytes) {
    /** A place is where a record is on its topic. */
    public record Place(String topic, int partition, long offset) {}

    public static DeadLetterView of(ConsumerRecord<String, byte[]> letter) {
        DeadLetterNote note = DeadLetterNote.of(letter.headers());
        return new DeadLetterView(
                ForeignText.value(note.reason()),
                ForeignText.line(note.message()),
                note.probeId() == null ? null : ForeignText.value(Ids.normal(note.probeId())),
                shown(note.sourceId()),
                shown(letter.key()),
                note.topic() == null || note.partition() < 0 || note.offset() < 0
                        ? null
                        : new Place(ForeignText.value(note.topic()), note.partition(), note.offset()),
                letter.partition(),
                letter.offset(),
                letter.timestamp(),
                Math.max(0, letter.serializedValueSize()));
    }

    private static @Nullable String shown(@Nullable String text) {
        return text == null ? null : ForeignText.value(text);
    }
}
