package io.twinstream.trainer.training;

import java.util.Map;

/**
 * How a network learns. The same settings, images and processor type give the same model.
 *
 * @param steps batches to learn from
 * @param pairs genuine pairs in a batch, each of another class
 * @param learningRate Adam's at the start
 * @param finalLearningRate at the end, reached along a cosine
 * @param seed of weights and batches
 */
public record TrainingSettings(int steps, int pairs, float learningRate, float finalLearningRate, int seed) {
    public TrainingSettings {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be positive, was " + steps);
        }
        if (pairs < 2) {
            throw new IllegalArgumentException("pairs must be at least 2, was " + pairs);
        }
        if (!(learningRate > finalLearningRate && finalLearningRate > 0)) {
            throw new IllegalArgumentException("the learning rate must fall and stay positive, was %s to %s"
                    .formatted(learningRate, finalLearningRate));
        }
    }

    /** What suits the {@code compact} network: 30 pairs a batch, learning rate 2e-3 to 1e-5. */
    public static TrainingSettings compact(int steps, int seed) {
        return new TrainingSettings(steps, 30, 2e-3f, 1e-5f, seed);
    }

    /** By name, for the model's record of its training. */
    public Map<String, String> asMap() {
        return Map.of(
                "steps", Integer.toString(steps),
                "pairs", Integer.toString(pairs),
                "learningRate", Float.toString(learningRate),
                "finalLearningRate", Float.toString(finalLearningRate),
                "seed", Integer.toString(seed));
    }
}
