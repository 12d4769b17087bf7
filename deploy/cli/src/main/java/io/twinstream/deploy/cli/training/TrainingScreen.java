package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.training.TrainingListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a training run on standard error: as a bar where somebody looks at it, and as lines where nobody does. */
public final class TrainingScreen implements TrainingListener, AutoCloseable {
    private final TrainingListener shown;

    private TrainingScreen(TrainingListener shown) {
        this.shown = shown;
    }

    public static TrainingScreen open(PrintWriter err, int steps) {
        return new TrainingScreen(Terminal.isErr() ? new Bar(steps) : new Lines(err));
    }

    @Override
    public void onPhase(TrainingListener.Phase phase) {
        shown.onPhase(phase);
    }

    @Override
    public void onData(DataReport data) {
        shown.onData(data);
    }

    @Override
    public void onProgress(TrainingListener.Progress progress) {
        shown.onProgress(progress);
    }

    @Override
    public void onFinding(String line) {
        shown.onFinding(line);
    }

    @Override
    public void onEnd() {
        shown.onEnd();
    }

    @Override
    public void close() {
        onEnd();
    }

    /** Prints a line for each phase, and about twenty while the network learns. */
    private static final class Lines implements TrainingListener {
        private static final int LINES = 20;

        private final PrintWriter out;
        private int printed;
        private String accuracy = "";

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void onPhase(TrainingListener.Phase phase) {
            out.println(phase.name().toLowerCase(Locale.ROOT));
            out.flush();
        }

        @Override
        public void onData(DataReport report) {
            report.lines().forEach(out::println);
            out.flush();
        }

        @Override
        public void onFinding(String line) {
            out.println(line);
            out.flush();
        }

        @Override
        public void onProgress(TrainingListener.Progress progress) {
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

    /** Draws a bar on a terminal, with loss, accuracy and speed beside it. */
    private static final class Bar implements TrainingListener {
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
        public void onPhase(TrainingListener.Phase phase) {
            bar.setExtraMessage(phase.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public void onData(DataReport report) {
            print(report.lines());
        }

        @Override
        public void onFinding(String line) {
            print(List.of(line));
        }

        private void print(List<String> lines) {
            bar.pause();
            System.err.println();
            lines.forEach(System.err::println);
            bar.resume();
        }

        @Override
        public void onProgress(TrainingListener.Progress progress) {
            bar.maxHint(progress.steps());
            bar.stepTo(progress.step());
            progress.validationAccuracy().ifPresent(each -> accuracy = ", one-shot %.1f %%".formatted(100 * each));
            bar.setExtraMessage(
                    "loss %.4f%s, %.0f images/s".formatted(progress.loss(), accuracy, progress.imagesPerSecond()));
        }

        @Override
        public void onEnd() {
            bar.close();
        }
    }
}
