package io.twinstream.verifier.drift;

import java.util.Objects;

/**
 * What is kept of a series from window to window.
 *
 * @param judgedMs start of the latest window that was judged; no earlier one is
 * @param sizeMs of that window
 * @param seenMs when that was, or when the series was first seen
 */
record SeriesState(long judgedMs, long sizeMs, long seenMs, RateState rate, ScoreState scores, DomainState domain) {
    SeriesState {
        Objects.requireNonNull(rate, "a state needs one of the share of matches");
        Objects.requireNonNull(scores, "a state needs one of the scores");
        // Earlier releases write none.
        domain = Objects.requireNonNullElse(domain, DomainState.FRESH);
    }

    /** Of a series of which nothing is known yet. */
    static SeriesState fresh(long nowMs) {
        return new SeriesState(-1, 0, nowMs, RateState.FRESH, ScoreState.FRESH, DomainState.FRESH);
    }
}
