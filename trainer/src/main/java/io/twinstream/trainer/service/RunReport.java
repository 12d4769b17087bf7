package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.training.TrainingListener;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Draws up the progress records of one run, each with the last step that it heard of. It is for one thread. */
final class RunReport {
    private final RunSnapshot run;
    private final Clock clock;
    private int step;
    private int steps;
    private @Nullable Double accuracy;

    RunReport(RunSnapshot run, Clock clock) {
        this.run = run;
        this.clock = clock;
        TrainingProgress latest = run.latest();
        this.step = latest == null ? 0 : latest.getStep();
        this.steps = latest == null ? run.train().getSteps() : latest.getSteps();
    }

    TrainingProgress phase(TrainingState state) {
        return draft(state).build();
    }

    private TrainingProgress training(TrainingListener.Progress progress) {
        step = progress.step();
        // A head takes the steps of all its trials.
        steps = progress.steps();
        progress.validationAccuracy().ifPresent(each -> accuracy = each);
        return draft(TrainingState.TRAINING)
                .setLoss(progress.loss())
                .setValidationAccuracy(accuracy)
                .setImagesPerSecond(progress.imagesPerSecond())
                .setRemainingMs(progress.remaining().toMillis())
                .build();
    }

    /**
     * Returns the record that ends the run.
     *
     * @param reason one line
     * @param measures the model's measures; empty if there is none
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
                .setSteps(steps)
                .setTime(clock.instant());
    }

    /**
     * Returns a listener that passes everything on to a screen, and progress to the topic at most once a second; the last
     * step's always.
     *
     * @param nanoTime a clock that only ever rises
     */
    TrainingListener writer(RunRecords records, TrainingListener screen, LongSupplier nanoTime) {
        return new Writer(records, screen, nanoTime);
    }

    private final class Writer implements TrainingListener {
        private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

        private final RunRecords records;
        private final TrainingListener screen;
        private final LongSupplier nanoTime;
        private long due;

        Writer(RunRecords records, TrainingListener screen, LongSupplier nanoTime) {
            this.records = records;
            this.screen = screen;
            this.nanoTime = nanoTime;
            this.due = nanoTime.getAsLong();
        }

        @Override
        public void onPhase(Phase phase) {
            screen.onPhase(phase);
            if (phase == Phase.MEASURE) {
                records.mention(RunReport.this.phase(TrainingState.MEASURING));
            }
        }

        @Override
        public void onData(DataReport data) {
            screen.onData(data);
        }

        @Override
        public void onFinding(String line) {
            screen.onFinding(line);
        }

        @Override
        public void onProgress(Progress progress) {
            screen.onProgress(progress);
            long now = nanoTime.getAsLong();
            if (now - due >= 0 || progress.step() == progress.steps()) {
                due = now + INTERVAL_NANOS;
                records.mention(training(progress));
            }
        }
    }
}
