package io.twinstream.trainer.training;

import java.time.Duration;
import java.util.OptionalDouble;

/** Turns single steps into a report every so many of them, and one at the end. */
final class ProgressMeter {
    private static final int STEPS_BETWEEN_REPORTS = 10;

    private final int steps;
    private final TrainingListener listener;
    private long since;
    private int counted;
    private int images;
    private double loss;

    ProgressMeter(int steps, TrainingListener listener, long nowNanos) {
        this.steps = steps;
        this.listener = listener;
        since = nowNanos;
    }

    void stepDone(int step, int stepImages, double stepLoss, OptionalDouble accuracy, long nowNanos) {
        counted++;
        images += stepImages;
        loss += stepLoss;
        if (step % STEPS_BETWEEN_REPORTS == 0 || step == steps || accuracy.isPresent()) {
            double seconds = (nowNanos - since) / 1e9;
            Duration remaining = Duration.ofMillis(Math.round(1000 * seconds / counted * (steps - step)));
            listener.onProgress(
                    new TrainingProgress(step, steps, loss / counted, accuracy, images / seconds, remaining));
            since = nowNanos;
            counted = 0;
            images = 0;
            loss = 0;
        }
    }
}
