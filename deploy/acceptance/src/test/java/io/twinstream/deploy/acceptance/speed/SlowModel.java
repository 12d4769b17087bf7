package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.bench.Pipeline;
import io.twinstream.deploy.bench.Rate;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;

/**
 * Judges by a model of 22 ms an image, by the stand-in, with the largest batches that a profile has: the second stream thread joins
 * while the first has all it can hold, and neither's transaction outlives its time meanwhile. Then no probe is judged twice.
 */
public final class SlowModel implements AcceptanceCheck {
    private static final int PROBES = 2_500;
    private static final int IMAGE_MICROS = 22_000;
    private static final int GALLERY = 20;
    private static final int DISTINCT = 500;

    @Override
    public Result run(Path images) throws Exception {
        try (Rig rig = new Rig();
                Pipeline pipeline = new Pipeline(
                        VerifierSettings.of(rig.settings(
                                "slow-model",
                                VerifierSettings.PROVIDER,
                                VerifierSettings.STAND_IN,
                                VerifierSettings.STAND_IN_IMAGE,
                                Integer.toString(IMAGE_MICROS),
                                VerifierSettings.THREADS,
                                "2")),
                        Images.read(images).workload(GALLERY, DISTINCT));
                Pipeline.Running verifier = pipeline.start()) {
            Rate rate = verifier.rate(PROBES);
            Object judged = verifier.status().get("probes");
            return new Result(
                    judged.equals((long) PROBES),
                    "%s of %d probes judged, at %.0f probes/s".formatted(judged, PROBES, rate.probesPerSecond()));
        }
    }
}
