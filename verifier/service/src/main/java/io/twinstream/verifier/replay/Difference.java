package io.twinstream.verifier.replay;

import org.jspecify.annotations.Nullable;

/**
 * A probe on which the verdict of today isn't the one on record.
 *
 * @param probeId null where the probe can't be read
 * @param now null where the probe is rejected
 */
public record Difference(
        @Nullable String probeId,
        int partition,
        long offset,
        Decision onRecord,
        @Nullable Decision now) {}
