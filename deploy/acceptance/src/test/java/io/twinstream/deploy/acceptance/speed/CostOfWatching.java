package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Rate;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Compares, on one broker and in turn, a verifier that nobody watches with one that is watched: windows, metrics that are
 * scraped every 15 s as deploy/prometheus has it, two listeners to its events as two open pages have, and an ingest in the same
 * process that reads the verdicts for callers who wait. The throughput of the second is at least 0.95 of the first's, in the
 * median of the rounds.
 */
public final class CostOfWatching implements AcceptanceCheck {
    private static final double LEAST = 0.95;
    private static final int ROUNDS = 5;
    /** Probes for half a minute: a verifier that starts makes topics and compiles, which is not what watching costs. */
    private static final int PROBES = 100_000;

    private static final int GALLERY = 100;
    private static final int DISTINCT = 500;

    @Override
    public Result run(Path folder) throws Exception {
        Workload workload = Images.read(folder).workload(GALLERY, DISTINCT);
        double[] ratios = new double[ROUNDS];
        Rate[] watched = new Rate[ROUNDS];
        Rate[] alone = new Rate[ROUNDS];
        try (Rig rig = new Rig()) {
            measure(rig, workload, "warm-up", true, PROBES);
            for (int round = 0; round < ROUNDS; round++) {
                // Whoever comes second finds a fuller broker.
                boolean watchedFirst = round % 2 == 0;
                for (boolean on : new boolean[] {watchedFirst, !watchedFirst}) {
                    Rate rate = measure(rig, workload, (on ? "on-" : "off-") + round, on, PROBES);
                    (on ? watched : alone)[round] = rate;
                }
                ratios[round] = watched[round].probesPerSecond() / alone[round].probesPerSecond();
                System.err.printf(
                        "round %d of %d: watched %.0f, not watched %.0f probes/s, ratio %.3f%n",
                        round + 1,
                        ROUNDS,
                        watched[round].probesPerSecond(),
                        alone[round].probesPerSecond(),
                        ratios[round]);
            }
        }
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        double ratio = sorted[ROUNDS / 2];
        Rate with = Rate.median(watched);
        Rate without = Rate.median(alone);
        return new Result(
                ratio >= LEAST,
                "watched %.0f probes/s with %.0f us of processor time each, not watched %.0f with %.0f us; ratio %.3f in the median of %d rounds, %.3f to %.3f"
                        .formatted(
                                with.probesPerSecond(),
                                with.cpuMicros(),
                                without.probesPerSecond(),
                                without.cpuMicros(),
                                ratio,
                                ROUNDS,
                                sorted[0],
                                sorted[ROUNDS - 1]));
    }

    private static Rate measure(Rig rig, Workload workload, String prefix, boolean on, int probes) throws Exception {
        Settings settings = on
                ? rig.settings(prefix)
                : rig.settings(prefix, WatchingSettings.WINDOWS, "false", WatchingSettings.METRICS, "false");
        try (Pipeline pipeline = new Pipeline(VerifierSettings.of(settings), workload);
                Pipeline.Running verifier = pipeline.start();
                AutoCloseable watching = on ? new WatchedVerifier(verifier.port()) : () -> {};
                AutoCloseable asked = on ? new AskedIngest(ingest(rig, prefix)) : () -> {}) {
            verifier.rate(probes / 5);
            return verifier.rate(probes);
        }
    }

    private static IngestSettings ingest(Rig rig, String prefix) {
        return IngestSettings.of(rig.settings(prefix, IngestSettings.HTTP_PORT, "0"));
    }
}
