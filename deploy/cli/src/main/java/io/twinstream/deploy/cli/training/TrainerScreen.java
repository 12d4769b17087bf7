package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.RunPhase;
import io.twinstream.trainer.service.RunScreen;
import io.twinstream.trainer.training.TrainingProgress;
import java.io.PrintWriter;

/** A run of the trainer service on standard error: a bar where somebody looks at it, else lines. */
public final class TrainerScreen implements RunScreen {
    private final RunListener shown;
    private final Runnable end;

    private TrainerScreen(RunListener shown, Runnable end) {
        this.shown = shown;
        this.end = end;
    }

    public static RunScreen open(PrintWriter err, String title, int steps) {
        err.println("training " + title);
        err.flush();
        if (!Terminal.isErr()) {
            return new TrainerScreen(new TrainingLines(err), () -> {});
        }
        TrainingBar bar = new TrainingBar(steps);
        return new TrainerScreen(bar, bar::close);
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
}
