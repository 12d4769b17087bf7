package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;
import java.time.Instant;

/** The texts that counts lie under before they are passed on: {@code startMs/name/version/task/source}, which sort by start. */
final class PendingKey {
    private static final int DIGITS = String.valueOf(Long.MAX_VALUE).length();
    private static final String ZEROS = "0".repeat(DIGITS);
    private static final int PARTS = 4;

    private PendingKey() {}

    static String of(Verdict verdict, long sizeMs) {
        long appendedMs = verdict.getAppendedAt().toEpochMilli();
        String start = Long.toString(appendedMs - appendedMs % sizeMs);
        return ZEROS.substring(start.length()) + start + '/' + WindowKey.series(verdict);
    }

    /** The verdicts' {@link WindowKey#series}. */
    static String series(String key) {
        return key.substring(DIGITS + 1);
    }

    static long startMs(String key) {
        return Long.parseLong(key.substring(0, DIGITS));
    }

    /** A record that says what window it is of, and has no counts yet. */
    static MatchWindow.Builder window(String key, long sizeMs) {
        // Only the source may hold a slash.
        String[] parts = series(key).split("/", PARTS);
        return MatchWindow.newBuilder()
                .setStart(Instant.ofEpochMilli(startMs(key)))
                .setSizeMs(sizeMs)
                .setModelName(parts[0])
                .setModelVersion(parts[1])
                .setTask(parts[2])
                .setSourceId(parts[3]);
    }
}
