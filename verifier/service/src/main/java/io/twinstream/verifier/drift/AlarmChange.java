package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import org.jspecify.annotations.Nullable;

/**
 * An alarm that a window raises or clears. Every watch of this package says by it what it has found, whatever it watches.
 *
 * @param start of the alarm, which stays the same from its raising to its clearing
 * @param clears false where the window raises the alarm
 * @param observed what the window shows; the schema of alarms says for each kind what it is
 * @param expected what is normal, in the same unit
 * @param statistic what has reached the bound
 * @param bound of the statistic
 * @param reason one line for people
 */
record AlarmChange(
        AlarmStart start,
        boolean clears,
        double observed,
        double expected,
        double statistic,
        double bound,
        String reason) {
    /**
     * The moment at which an alarm was raised. It lies in the states of series, as JSON with these names.
     *
     * @param windowStartMs of the window that raised it, which the alarm's id ends with
     * @param atMs end of that window
     */
    record AlarmStart(long windowStartMs, long atMs) {
        static AlarmStart of(MatchWindow window) {
            long startMs = window.getStart().toEpochMilli();
            return new AlarmStart(startMs, startMs + window.getSizeMs());
        }
    }

    /**
     * What a watch makes of a window.
     *
     * @param state after the window
     * @param change null for most windows, which raise and clear nothing
     */
    record Judged<S>(S state, @Nullable AlarmChange change) {
        static <S> Judged<S> quiet(S state) {
            return new Judged<>(state, null);
        }
    }
}
