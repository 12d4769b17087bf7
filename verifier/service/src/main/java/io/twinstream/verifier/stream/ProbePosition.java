package io.twinstream.verifier.stream;

import java.time.Instant;

/**
 * Where a probe lies on its topic.
 *
 * @param appendedAt when the broker appended it
 */
public record ProbePosition(int partition, long offset, Instant appendedAt) {}
