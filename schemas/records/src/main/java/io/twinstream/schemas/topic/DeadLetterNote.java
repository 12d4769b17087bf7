package io.twinstream.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.text.ForeignText;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Holds the {@link DeadLetterHeaders} of a record that can't be judged. A dead letter that somebody else wrote may have fewer
 * headers, with any text.
 *
 * @param reason a word for metrics
 * @param message one line that names the cause
 * @param probeId the probe's id as it stands in the record; null where it couldn't be read
 * @param sourceId the source's id as it stands in the record; null where it couldn't be read
 * @param topic the record's topic; null where no header says it
 * @param partition the record's partition; -1 where no header says it
 * @param offset the record's offset; -1 where no header says it
 */
public record DeadLetterNote(
        String reason,
        String message,
        @Nullable String probeId,
        @Nullable String sourceId,
        @Nullable String topic,
        int partition,
        long offset) {
    private static final String NOT_SAID = "UNKNOWN";
    private static final int MOST_CHARACTERS_OF_REASON = 50;

    /**
     * Writes these headers in the place of those that are there, since a record that was sent on may have been a dead letter
     * before.
     */
    public void writeTo(Headers headers) {
        write(headers, DeadLetterHeaders.REASON, reason);
        write(headers, DeadLetterHeaders.MESSAGE, ForeignText.line(message));
        write(headers, DeadLetterHeaders.PROBE_ID, probeId);
        write(headers, DeadLetterHeaders.SOURCE_ID, sourceId);
        write(headers, DeadLetterHeaders.TOPIC, topic);
        write(headers, DeadLetterHeaders.PARTITION, partition < 0 ? null : Integer.toString(partition));
        write(headers, DeadLetterHeaders.OFFSET, offset < 0 ? null : Long.toString(offset));
    }

    /** Reads the headers of a dead letter; never throws. */
    public static DeadLetterNote of(Headers headers) {
        String reason = text(headers, DeadLetterHeaders.REASON);
        String message = text(headers, DeadLetterHeaders.MESSAGE);
        long partition = number(headers, DeadLetterHeaders.PARTITION);
        return new DeadLetterNote(
                reason == null || reason.isEmpty() || reason.length() > MOST_CHARACTERS_OF_REASON ? NOT_SAID : reason,
                message == null ? "no header says why" : message,
                text(headers, DeadLetterHeaders.PROBE_ID),
                text(headers, DeadLetterHeaders.SOURCE_ID),
                text(headers, DeadLetterHeaders.TOPIC),
                partition > Integer.MAX_VALUE ? -1 : (int) partition,
                number(headers, DeadLetterHeaders.OFFSET));
    }

    private static void write(Headers headers, String name, @Nullable String text) {
        headers.remove(name);
        if (text != null) {
            headers.add(name, text.getBytes(UTF_8));
        }
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private static long number(Headers headers, String name) {
        String text = text(headers, name);
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}
