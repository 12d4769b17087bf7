package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;

/**
 * A series is the verdicts that are counted, judged and shown together: those of one model version, task and source.
 * The texts of series and of their windows are made and read here alone.
 *
 * <pre>
 *   name/version/task/source                 {@link #text}: a series, which only the source may bring further slashes into
 *   startMs/name/version/task/source         {@link #pending}: counts that wait to be passed on, in the order of their starts
 *   sizeMs/name/version/task/source/startMs  {@link #window}: a window on its topic
 * </pre>
 */
public record SeriesKey(String modelName, String modelVersion, String task, String sourceId) {
    private static final int PARTS = 4;
    private static final int START_DIGITS = String.valueOf(Long.MAX_VALUE).length();
    private static final String ZEROS = "0".repeat(START_DIGITS);

    /** Reads a text that {@link #text} or {@link #of} made. */
    public static SeriesKey parse(String text) {
        String[] parts = text.split("/", PARTS);
        return new SeriesKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /** Returns the series' text, as the topic's windows and the ids of its alarms have it. */
    public String text() {
        return text(modelName, modelVersion, task, sourceId);
    }

    /** Returns the text of a window's series. */
    public static String of(MatchWindow window) {
        return text(window.getModelName(), window.getModelVersion(), window.getTask(), window.getSourceId());
    }

    /** Returns the key of a verdict's counts until they are passed on. */
    static String pending(Verdict verdict, long sizeMs) {
        long appendedMs = verdict.getAppendedAt().toEpochMilli();
        String start = Long.toString(appendedMs - appendedMs % sizeMs);
        return ZEROS.substring(start.length())
                + start
                + '/'
                + text(
                        verdict.getModelName(),
                        verdict.getModelVersion(),
                        verdict.getTask().name(),
                        verdict.getSourceId());
    }

    /** Returns the series' text from a key that {@link #pending} made. */
    static String ofPending(String pending) {
        return pending.substring(START_DIGITS + 1);
    }

    /** Returns the start of the window from a key that {@link #pending} made. */
    static long startOfPending(String pending) {
        return Long.parseLong(pending.substring(0, START_DIGITS));
    }

    /** Returns the key of a series' window on its topic. */
    static String window(String series, MatchWindow window) {
        return "%d/%s/%d"
                .formatted(window.getSizeMs(), series, window.getStart().toEpochMilli());
    }

    // This runs for every verdict, where a format would take a tenth of the counting.
    private static String text(String modelName, String modelVersion, String task, String sourceId) {
        return modelName + '/' + modelVersion + '/' + task + '/' + sourceId;
    }
}
