package io.twinstream.verifier.replay;

import java.time.Instant;

/**
 * A replay range selects probes by the time at which the broker appended them, in milliseconds; both ends belong to it.
 */
public record ReplayRange(Instant from, Instant to) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException with one line, if it ends before it begins
     */
    public ReplayRange {
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("a replay ends after it begins, was from %s to %s".formatted(from, to));
        }
    }

    boolean contains(Instant appendedAt) {
        long millis = appendedAt.toEpochMilli();
        return millis >= from.toEpochMilli() && millis <= to.toEpochMilli();
    }
}
