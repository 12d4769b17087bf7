package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.network.Architecture;
import java.nio.file.Path;

/**
 * Measures the time from the command to a package of the {@code compact} architecture that is right in 76 % of the one-shot
 * trials, which is at most 45 minutes; and how fast that went.
 */
public final class TrainingTime implements TrainingCheck {
    private static final double LEAST_ACCURACY = 0.76;
    private static final double MOST_MINUTES = 45;
    /** Number of steps, a third of the default: it is more than enough for the bar, which half of these have reached. */
    private static final int STEPS = 3000;

    private static final int QUICK_STEPS = 100;

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("training-time")) {
            return run(images, quick, folder.path().resolve("compact.zip"));
        }
    }

    private static Result run(Omniglot images, boolean quick, Path out) throws Exception {
        int steps = quick ? QUICK_STEPS : STEPS;
        double minutes;
        double learning;
        try (TrainingProcess training = TrainingProcess.start(
                out, images.background(), images.validation(), "--steps", Integer.toString(steps))) {
            minutes = training.await().seconds() / 60;
            learning = training.secondsOfLearning();
        }
        ModelPackage model = PackageArchive.read(out);
        OneShotEvaluation trials = OneShotEvaluation.of(
                model,
                OneShotRun.readAll(
                        images.validationRuns(), model.manifest().input().channels()));
        StepTiming timing = StepTiming.of(Architecture.named("compact"), images);
        String figures =
                "%.1f minutes from the command to the package, bar %.0f; %.2f %% of %d one-shot trials, bar %.0f; %d steps, %.0f images/s and %.1f GFLOP/s while learning (convolutions, backward counted as two forwards); %.0f %% of a step of %.0f ms is not in convolutions"
                        .formatted(
                                minutes,
                                MOST_MINUTES,
                                100 * trials.accuracy(),
                                trials.trials(),
                                100 * LEAST_ACCURACY,
                                steps,
                                steps * timing.images() / learning,
                                steps * timing.gigaflop() / learning,
                                100 * timing.otherShare(),
                                1000 * timing.step());
        return new Result(quick || (minutes <= MOST_MINUTES && trials.accuracy() >= LEAST_ACCURACY), figures);
    }
}
