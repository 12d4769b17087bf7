package io.twinstream.verifier.drift;

import java.util.Objects;

/**
 * What is kept of a series from window to window.
 *
 * @param judgedMs start of the latest window that was judged; no earlier one is
 * @param sizeMs of that window
 * @param seenMs when that was
 */
record SeriesState(long judgedMs, long sizeMs, long seenMs, RateState rate, ScoreState scores) {
    static final SeriesState FRESH = new SeriesState(-1, 0, 0, RateState.FRESH, ScoreState.FRESH);

    SeriesState {
        Objects.requireNonNull(rate, "a state needs one of the share of matches");
        Objects.requireNonNull(scores, "a state needs one of the scores");
    }
}
