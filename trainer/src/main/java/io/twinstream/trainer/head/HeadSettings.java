package io.twinstream.trainer.head;

import java.util.Map;

/**
 * Head settings say how heads learn. The same settings, pictures and processor type give the same head.
 *
 * @param steps batches that each head learns from
 * @param learningRate the rate at the start
 * @param seed the seed of batches, and of which classes are left out together
 */
public record HeadSettings(int steps, float learningRate, int seed) {
    public static final int STEPS = 200;
    public static final float LEARNING_RATE = 0.001f;

    /** More steps than this take hours where minutes are enough. */
    private static final int MOST_STEPS = 100_000;

    public HeadSettings {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "the steps of a head must be 1 to %d, were %d".formatted(MOST_STEPS, steps));
        }
        if (!(learningRate > 0 && learningRate < 1)) {
            throw new IllegalArgumentException("the learning rate must lie between 0 and 1, was " + learningRate);
        }
    }

    /** Returns the settings by name, for the model's record of its training. */
    public Map<String, String> asMap() {
        return Map.of(
                "steps", Integer.toString(steps),
                "learningRate", Float.toString(learningRate),
                "seed", Integer.toString(seed));
    }
}
