package io.twinstream.deploy.verdict;

import io.twinstream.schemas.result.DeadLetterView;
import org.jspecify.annotations.Nullable;

/** Writes a dead letter in one line for people. */
public final class DeadLetterText {
    private static final String NONE = "-";

    private DeadLetterText() {}

    /** Returns a line like {@code CORRUPT camera-1 8c4f...: the image is damaged: ... (twinstream.probes-3 at 1207)}. */
    public static String line(DeadLetterView letter) {
        DeadLetterView.Place record = letter.record();
        return "%s %s %s: %s (%s)"
                .formatted(
                        letter.reason(),
                        letter.source() != null ? letter.source() : or(letter.key()),
                        or(letter.probe()),
                        letter.message(),
                        record == null
                                ? "dead letter %d-%d".formatted(letter.partition(), letter.offset())
                                : "%s-%d at %d".formatted(record.topic(), record.partition(), record.offset()));
    }

    private static String or(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : text;
    }
}
