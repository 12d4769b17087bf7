package io.twinstream.deploy.verdict;

import io.twinstream.schemas.result.DeadLetterView;
import org.jspecify.annotations.Nullable;

/** Writes a dead letter in one line for people. */
public final class DeadLetterText {
    private static final String NONE = "-";

    private DeadLetterText() {}

    /**
     * Returns a line like {@code DAMAGED camera-1 8c4f...: the image is damaged: ... (twinstream.probes-3 at 1207)}. Where the
     * ids can't be read there are dashes in their place, and the record's key stands with its place.
     */
    public static String line(DeadLetterView letter) {
        DeadLetterView.Place record = letter.record();
        return "%s %s %s: %s (%s%s)"
                .formatted(
                        letter.reason(),
                        or(letter.source()),
                        or(letter.probe()),
                        letter.message(),
                        record == null
                                ? "dead letter %d-%d".formatted(letter.partition(), letter.offset())
                                : "%s-%d at %d".formatted(record.topic(), record.partition(), record.offset()),
                        letter.source() != null || letter.key() == null ? "" : ", key " + letter.key());
    }

    private static String or(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : text;
    }
}
