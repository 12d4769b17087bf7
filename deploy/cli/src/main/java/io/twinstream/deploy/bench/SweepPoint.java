package io.twinstream.deploy.bench;

import org.jspecify.annotations.Nullable;

/**
 * Holds what one setup did.
 *
 * @param axis what was varied
 * @param label the value for people
 * @param gallery references that each probe was compared with
 * @param rate probes judged a second, and the processor time of one; where the load was given, only the probes after the
 * warm-up, and no processor time
 * @param latency latency of the setup's probes
 * @param stages time in each stage; null where the load was given
 */
record SweepPoint(
        SweepAxis axis,
        String label,
        int gallery,
        Rate rate,
        BenchReport.Latency latency,
        @Nullable StageTimes stages) {}
