package io.twinstream.deploy.bench;

/**
 * What is measured.
 *
 * @param probes that each run of a pipeline judges
 * @param gallery references that each probe is compared with
 * @param rounds how often each way is measured; the median counts
 */
public record BenchOptions(int probes, int gallery, int rounds) {
    public BenchOptions {
        if (probes < 1_000 || gallery < 1 || rounds < 1) {
            throw new IllegalArgumentException(
                    "a benchmark needs at least 1000 probes, 1 reference and 1 round, was %d, %d, %d"
                            .formatted(probes, gallery, rounds));
        }
    }
}
