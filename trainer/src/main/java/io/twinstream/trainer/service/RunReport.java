package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.text.ForeignText;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws up the progress records of one run, each with the last step that it heard of. For one thread. */
final class RunReport {
    private final RunSnapshot run;
    private final Clock clock;
    private int step;
    private @Nullable Double accuracy;

    RunReport(RunSnapshot run, Clock clock) {
        this.run = run;
        this.clock = clock;
        TrainingProgress latest = run.latest();
        this.step = latest == null ? 0 : latest.getStep();
    }

    TrainingProgress phase(TrainingState state) {
        return draft(state).build();
    }

    TrainingProgress training(io.twinstream.trainer.training.TrainingProgress progress) {
        step = progress.step();
        progress.validationAccuracy().ifPresent(each -> accuracy = each);
        return draft(TrainingState.TRAINING)
                .setSteps(progress.steps())
                .setLoss(progress.loss())
                .setValidationAccuracy(accuracy)
                .setImagesPerSecond(progress.imagesPerSecond())
                .setRemainingMs(progress.remaining().toMillis())
                .build();
    }

    /**
     * The end.
     *
     * @param reason one line
     * @param measures of the model; empty if there is none
     */
    TrainingProgress end(TrainingState state, String reason, Map<String, Double> measures) {
        return draft(state)
                .setReason(ForeignText.line(reason))
                .setMeasures(measures)
                .build();
    }

    private TrainingProgress.Builder draft(TrainingState state) {
        return TrainingProgress.newBuilder()
                .setRunId(run.id())
                .setState(state)
                .setModelName(run.train().getModelName())
                .setModelVersion(run.train().getModelVersion())
                .setStep(step)
                .setSteps(run.train().getSteps())
                .setTime(clock.instant());
    }
}
