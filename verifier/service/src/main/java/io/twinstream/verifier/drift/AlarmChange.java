package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import org.jspecify.annotations.Nullable;

/**
 * An alarm change is an alarm that a window raises or clears. Every watch of this package reports its findings so.
 *
 * @param start the start of the alarm, which stays the same from its raising to its clearing
 * @param clears true if the window clears the alarm, false if it raises it
 * @param observed the window's value; the schema of alarms says for each kind what it is
 * @param expected the normal value, in the same unit
 * @param statistic the value that has reached the bound
 * @param bound the bound of the statistic
 * @param reason the reason, one line for people
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
     * An alarm start is the moment at which an alarm was raised. It is kept in the states of series, as JSON with these
     * names.
     *
     * @param windowStartMs the start of the window that raised the alarm, which the alarm's id ends with
     * @param atMs the end of that window
     */
    record AlarmStart(long windowStartMs, long atMs) {
        static AlarmStart of(MatchWindow window) {
            long startMs = window.getStart().toEpochMilli();
            return new AlarmStart(startMs, startMs + window.getSizeMs());
        }
    }

    /**
     * A judged window is the result of a watch for one window.
     *
     * @param state the watch's state after the window
     * @param change the alarm that the window raises or clears; null for most windows
     */
    record JudgedWindow<S>(S state, @Nullable AlarmChange change) {
        static <S> JudgedWindow<S> quiet(S state) {
            return new JudgedWindow<>(state, null);
        }
    }
}
