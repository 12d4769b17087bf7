package io.twinstream.trainer.training;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A checkpoint folder is where a run keeps its checkpoint.
 *
 * @param path the folder, which is made where it is missing
 * @param every time between two checkpoints; more time than that of training is never lost
 */
public record CheckpointFolder(Path path, Duration every) {
    public CheckpointFolder {
        if (every.isNegative()) {
            throw new IllegalArgumentException("the time between checkpoints must not be negative, was " + every);
        }
    }
}
