package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;

/**
 * The verdicts that are counted, judged and shown together: those of one model version, task and source. The texts that they and their
 * windows lie under are made and read here alone.
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

    /** Reads what {@link #text} or {@link #of} gave. */
    public static SeriesKey parse(String text) {
        String[] parts = text.split("/", PARTS);
        return new SeriesKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /** The series' text, as the topic's windows and the ids of its alarms have it. */
    public String text() {
        return text(modelName, modelVersion, task, sourceId);
    }

    /** The text of a window's series. */
    public static String of(MatchWindow window) {
        return text(window.getModelName(), window.getModelVersion(), window.getTask(), window.getSourceId());
    }

    /** The text that a verdict's counts lie under until they are passed on. */
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

    /** The series' text within what {@link #pending} gave. */
    static String ofPending(String pending) {
        return pending.substring(START_DIGITS + 1);
    }

    /** The start of the window within what {@link #pending} gave. */
    static long startOfPending(String pending) {
        return Long.parseLong(pending.substring(0, START_DIGITS));
    }

    /** The key of a series' window on its topic. */
    static String window(String series, MatchWindow window) {
        return "%d/%s/%d"
                .formatted(window.getSizeMs(), series, window.getStart().toEpochMilli());
    }

    // For every verdict: a format would take a tenth of the counting.
    private static String text(String modelName, String modelVersion, String task, String sourceId) {
        return modelName + '/' + modelVersion + '/' + task + '/' + sourceId;
    }
}
