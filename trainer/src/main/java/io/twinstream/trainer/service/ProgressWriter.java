package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingState;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.training.TrainingProgress;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Passes a run's progress on, to the topic at most once a second, to the screen always. For the run's thread. */
final class ProgressWriter implements RunListener {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final RunRecords records;
    private final RunReport report;
    private final RunListener screen;
    private final LongSupplier nanoTime;
    private long due;

    ProgressWriter(RunRecords records, RunReport report, RunListener screen, LongSupplier nanoTime) {
        this.records = records;
        this.report = report;
        this.screen = screen;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
    }

    @Override
    public void onPhase(RunPhase phase) {
        screen.onPhase(phase);
        if (phase == RunPhase.MEASURE) {
            records.mention(report.phase(TrainingState.MEASURING));
        }
    }

    @Override
    public void onData(DataReport data) {
        screen.onData(data);
    }

    @Override
    public void onProgress(TrainingProgress progress) {
        screen.onProgress(progress);
        long now = nanoTime.getAsLong();
        if (now - due >= 0 || progress.step() == progress.steps()) {
            due = now + INTERVAL_NANOS;
            records.mention(report.training(progress));
        }
    }
}
