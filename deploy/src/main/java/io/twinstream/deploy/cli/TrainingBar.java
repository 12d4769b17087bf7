package io.twinstream.deploy.cli;

import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A training run's progress on standard error. */
final class TrainingBar implements TrainingListener, AutoCloseable {
    private final ProgressBar bar;

    TrainingBar(int steps) {
        bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(steps)
                .setUpdateIntervalMillis(1_000)
                .continuousUpdate()
                .build();
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
