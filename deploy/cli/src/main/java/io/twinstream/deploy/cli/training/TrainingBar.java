package io.twinstream.deploy.cli.training;

import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.training.TrainingProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A training run's progress as a bar on a terminal. */
final class TrainingBar implements RunListener, AutoCloseable {
    private static final int UPDATE_MS = 1_000;

    private final ProgressBar bar;
    private String accuracy = "";

    TrainingBar(int steps) {
        bar = new ProgressBarBuilder()
                .setTaskName("train")
                .setInitialMax(steps)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setStyle(ProgressBarStyle.ASCII)
                .continuousUpdate()
                .build();
    }

    @Override
    public void onPhase(RunPhase phase) {
        bar.setExtraMessage(phase.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void onData(DataReport report) {
        bar.pause();
        System.err.println();
        report.lines().forEach(System.err::println);
        bar.resume();
    }

    @Override
    public void onProgress(TrainingProgress progress) {
        bar.stepTo(progress.step());
        progress.validationAccuracy().ifPresent(each -> accuracy = ", one-shot %.1f %%".formatted(100 * each));
        bar.setExtraMessage(
                "loss %.4f%s, %.0f images/s".formatted(progress.loss(), accuracy, progress.imagesPerSecond()));
    }

    @Override
    public void close() {
        bar.close();
    }
}
