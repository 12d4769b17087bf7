package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;

/** The texts that verdicts are grouped by and windows stand under. */
final class WindowKey {
    private WindowKey() {}

    /** Of all verdicts that are counted together: {@code name/version/task/source}. */
    static String series(Verdict verdict) {
        // For every verdict: a format would take a tenth of the counting.
        return verdict.getModelName()
                + '/'
                + verdict.getModelVersion()
                + '/'
                + verdict.getTask()
                + '/'
                + verdict.getSourceId();
    }

    /** Of a window on its topic: {@code sizeMs/name/version/task/source/startMs}. */
    static String of(String series, MatchWindow window) {
        return "%d/%s/%d"
                .formatted(window.getSizeMs(), series, window.getStart().toEpochMilli());
    }
}
