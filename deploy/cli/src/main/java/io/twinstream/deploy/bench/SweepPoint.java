package io.twinstream.deploy.bench;

import org.jspecify.annotations.Nullable;

/**
 * What one setup did.
 *
 * @param axis what was varied
 * @param label the value for people
 * @param gallery references that each probe was compared with
 * @param rate probes judged a second, and the processor time of one; at a given load, of the time after the warm-up, and no processor time
 * @param latency of its probes
 * @param stages null where the load was given
 */
record SweepPoint(
        SweepAxis axis,
        String label,
        int gallery,
        Rate rate,
        BenchReport.Latency latency,
        @Nullable StageTimes stages) {}
