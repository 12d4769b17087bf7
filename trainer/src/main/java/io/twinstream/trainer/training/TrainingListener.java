package io.twinstream.trainer.training;

/** Is told how training goes, on the thread that trains, between two steps. */
@FunctionalInterface
public interface TrainingListener {
    void onProgress(TrainingProgress progress);
}
