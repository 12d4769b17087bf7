package io.twinstream.deploy.cli;

import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.training.TrainingProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A training run's progress on standard error. */
final class TrainingBar implements RunListener, AutoCloseable {
    private final ProgressBar bar;

    TrainingBar(int steps) {
        bar = new ProgressBarBuilder()
                .setTaskName("train")
                .setInitialMax(steps)
                .setUpdateIntervalMillis(1_000)
                .continuousUpdate()
                .build();
    }

    @Override
    public void onPhase(RunPhase phase) {
        bar.setExtraMessage(phase.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void onProgress(TrainingProgress progress) {
        bar.stepTo(progress.step());
        bar.setExtraMessage("loss %.4f, %.0f images/s".formatted(progress.loss(), progress.imagesPerSecond()));
    }

    @Override
    public void close() {
        bar.close();
    }
}
