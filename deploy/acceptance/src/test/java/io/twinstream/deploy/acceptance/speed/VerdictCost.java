package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Rate;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.deploy.testkit.PackageFromBefore;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A verdict's cost is the processor time that it takes in verifier and broker together: with the shipped {@code compact}, and
 * with version 1.1 run on whole batches of 64, which is how it was before. What has changed around inference is the same in
 * both. The two verifiers run in one process and take turns.
 *
 * @param share the time now as a share of that before; the median of the rounds
 * @param micros the microseconds of processor time of a verdict now
 * @param before the same of one before
 */
record VerdictCost(double share, double micros, double before) {
    private static final int ROUNDS = 7;
    private static final int PROBES = 40_000;
    /** Runs before the first round, as many as Java's compiler takes to be done. */
    private static final int WARM_UPS = 8;

    private static final String WHOLE_BATCH = "64";

    /** @param folder gets the package from before */
    static VerdictCost measure(Path folder, Workload workload) throws Exception {
        String old = PackageFromBefore.write(folder).toString();
        try (Rig rig = new Rig();
                Pipeline ofNow = new Pipeline(VerifierSettings.of(rig.settings("now")), workload);
                Pipeline.Running now = ofNow.start();
                Pipeline ofBefore = new Pipeline(
                        VerifierSettings.of(rig.settings(
                                "before", VerifierSettings.MODEL, old, VerifierSettings.BATCH_MAX, WHOLE_BATCH)),
                        workload);
                Pipeline.Running before = ofBefore.start()) {
            for (int i = 0; i < WARM_UPS; i++) {
                now.rate(PROBES);
                before.rate(PROBES);
            }
            double[] shares = new double[ROUNDS];
            Rate[] rates = new Rate[ROUNDS];
            Rate[] ratesBefore = new Rate[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                Rate early = round % 2 == 0 ? null : before.rate(PROBES);
                rates[round] = now.rate(PROBES);
                ratesBefore[round] = early == null ? before.rate(PROBES) : early;
                shares[round] = rates[round].cpuMicros() / ratesBefore[round].cpuMicros();
            }
            Arrays.sort(shares);
            return new VerdictCost(
                    shares[ROUNDS / 2],
                    Rate.median(rates).cpuMicros(),
                    Rate.median(ratesBefore).cpuMicros());
        }
    }

    @Override
    public String toString() {
        return "%.0f us of processor time a verdict, %.2f of the %.0f us with version 1.1 in batches of 64"
                .formatted(micros, share, before);
    }
}
