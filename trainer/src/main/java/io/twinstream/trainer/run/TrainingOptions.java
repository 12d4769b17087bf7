package io.twinstream.trainer.run;

import java.nio.file.Path;

/**
 * What to train on and what to call the result.
 *
 * @param images classes to learn from, see {@link io.twinstream.trainer.dataset.ImageSet}
 * @param validation classes that are never trained on, to set thresholds with; the same layout
 * @param name the line of models, for example {@code compact}
 * @param version unique within the name
 * @param steps batches to learn from: {@value #DEFAULT_STEPS} take about 20 minutes on one core
 * @param seed of weights and batches
 */
public record TrainingOptions(Path images, Path validation, String name, String version, int steps, int seed) {
    public static final int DEFAULT_STEPS = 9_000;
    public static final int DEFAULT_SEED = 1;

    public TrainingOptions {
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model needs a name and a version");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be positive, was " + steps);
        }
    }
}
