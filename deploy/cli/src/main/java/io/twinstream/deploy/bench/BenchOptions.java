package io.twinstream.deploy.bench;

import java.time.Duration;

/**
 * Says how much a benchmark measures.
 *
 * @param probes probes that each run of a pipeline judges
 * @param gallery references that each probe is compared with
 * @param rounds how often each way is measured; the median counts
 * @param warmUp least time that the verifiers run before they are measured; the JIT compiler takes a core for the first minutes
 */
public record BenchOptions(int probes, int gallery, int rounds, Duration warmUp) {
    public BenchOptions {
        if (probes < 1_000 || gallery < 1 || rounds < 1 || warmUp.isNegative()) {
            throw new IllegalArgumentException(
                    "a benchmark needs at least 1000 probes, 1 reference, 1 round and a warm-up of 0 s, was %d, %d, %d, %d s"
                            .formatted(probes, gallery, rounds, warmUp.toSeconds()));
        }
    }
}
