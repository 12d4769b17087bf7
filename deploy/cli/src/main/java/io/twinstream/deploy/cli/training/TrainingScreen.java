package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.service.RunScreen;
import io.twinstream.trainer.training.TrainingProgress;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A training run on standard error: a bar where somebody looks at it, else lines. */
public final class TrainingScreen implements RunScreen {
    private final RunListener shown;
    private final Runnable end;

    private TrainingScreen(RunListener shown, Runnable end) {
        this.shown = shown;
        this.end = end;
    }

    public static TrainingScreen open(PrintWriter err, int steps) {
        if (!Terminal.isErr()) {
            return new TrainingScreen(new Lines(err), () -> {});
        }
        Bar bar = new Bar(steps);
        return new TrainingScreen(bar, bar::close);
    }

    @Override
    public void onPhase(RunPhase phase) {
        shown.onPhase(phase);
    }

    @Override
    public void onData(DataReport data) {
        shown.onData(data);
    }

    @Override
    public void onProgress(TrainingProgress progress) {
        shown.onProgress(progress);
    }

    @Override
    public void close() {
        end.run();
    }

    /** A training run's progress as lines: one for each phase, and about twenty while the network learns. */
    private static final class Lines implements RunListener {
        private static final int LINES = 20;

        private final PrintWriter out;
        private int printed;
        private String accuracy = "";

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void onPhase(RunPhase phase) {
            out.println(phase.name().toLowerCase(Locale.ROOT));
            out.flush();
        }

        @Override
        public void onData(DataReport report) {
            report.lines().forEach(out::println);
            out.flush();
        }

        @Override
        public void onProgress(TrainingProgress progress) {
            progress.validationAccuracy()
                    .ifPresent(each -> accuracy = ", one-shot accuracy %.1f %%".formatted(100 * each));
            int due = progress.step() * LINES / progress.steps();
            if (due > printed) {
                printed = due;
                out.println("step %d of %d, loss %.4f%s, %.0f images/s, %d min left"
                        .formatted(
                                progress.step(),
                                progress.steps(),
                                progress.loss(),
                                accuracy,
                                progress.imagesPerSecond(),
                                progress.remaining().toMinutes()));
                out.flush();
            }
        }
    }

    /** A training run's progress as a bar on a terminal. */
    private static final class Bar implements RunListener, AutoCloseable {
        private static final int UPDATE_MS = 1_000;

        private final ProgressBar bar;
        private String accuracy = "";

        Bar(int steps) {
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
}
