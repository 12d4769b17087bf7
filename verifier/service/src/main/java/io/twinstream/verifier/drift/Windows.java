package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;

/** Times of windows, in milliseconds. */
final class Windows {
    private Windows() {}

    static long startMs(MatchWindow window) {
        return window.getStart().toEpochMilli();
    }

    static long endMs(MatchWindow window) {
        return startMs(window) + window.getSizeMs();
    }

    static Raised raisedBy(MatchWindow window) {
        return new Raised(startMs(window), endMs(window));
    }
}
