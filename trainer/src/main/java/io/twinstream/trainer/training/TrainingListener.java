package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.DataReport;
import java.time.Duration;
import java.util.OptionalDouble;

/** A training listener hears how a run goes, on the thread that runs it. The run waits while the listener works. */
@FunctionalInterface
public interface TrainingListener {
    /** Hears of the last step every few steps, after each epoch and at the end. */
    void onProgress(Progress progress);

    /** Hears that a phase begins, in the order of {@link Phase}. */
    default void onPhase(Phase phase) {}

    /** Hears that the images are read, and what is wrong with them; the run may be refused right after. */
    default void onData(DataReport report) {}

    /** Hears what has been found out on the way, in one line for people. */
    default void onFinding(String line) {}

    /** Hears that the run is over, or interrupted to be taken up again; nothing follows. */
    default void onEnd() {}

    /** The phases are the parts of a training run, in their order. */
    enum Phase {
        /** The run reads and decodes all images. */
        READ,
        /** The network learns, and progress is reported. */
        TRAIN,
        /** The run checks the export against the network and measures it on the validation images. */
        MEASURE
    }

    /**
     * Tells how far a run is.
     *
     * @param step the last one done, from 1
     * @param steps all that the run takes, at most
     * @param loss mean over the steps since the report before
     * @param validationAccuracy share of one-shot trials on validation images that went right, 0 to 1, where this step
     *     ends an epoch
     * @param imagesPerSecond over the steps since the report before
     * @param remaining time that the other steps take at that speed
     */
    record Progress(
            int step,
            int steps,
            double loss,
            OptionalDouble validationAccuracy,
            double imagesPerSecond,
            Duration remaining) {}
}
