package io.twinstream.verifier.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import org.jspecify.annotations.Nullable;

/**
 * Times of one kind of work since the start.
 *
 * @param count how often it was done
 * @param seconds that it took in all
 */
public record Work(long count, double seconds) {
    private static final double MILLIS = 1e3;

    static Work of(DistributionSummary summary) {
        return new Work(summary.count(), summary.totalAmount());
    }

    /** Mean time in milliseconds since then; null if none was done. */
    public @Nullable Double meanMillisSince(Work before) {
        return count <= before.count ? null : (seconds - before.seconds) / (count - before.count) * MILLIS;
    }
}
