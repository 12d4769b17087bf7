package io.twinstream.deploy.cli.training;

import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.training.TrainingProgress;
import java.io.PrintWriter;
import java.util.Locale;

/** A training run's progress as lines: one for each phase, and about twenty while the network learns. */
final class TrainingLines implements RunListener {
    private static final int LINES = 20;

    private final PrintWriter out;
    private int printed;
    private String accuracy = "";

    TrainingLines(PrintWriter out) {
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
        progress.validationAccuracy().ifPresent(each -> accuracy = ", one-shot accuracy %.1f %%".formatted(100 * each));
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
