package io.twinstream.trainer.training;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.Architecture;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings say how a network learns. The same settings, images and processor type give the same model.
 *
 * @param method the way to learn from a batch and to move the weights
 * @param steps batches to learn from, at most
 * @param pairs genuine pairs in a batch ({@link Method#ALL_PAIRS}), or pairs of either kind ({@link Method#PAPER})
 * @param learningRate the rate at the start
 * @param symmetries ways of laying a picture that make another class of it: 1 none, 4 quarter turns, 8 mirrored too
 * @param stepsPerEpoch steps after which the network is tried on validation images
 * @param seed the seed of weights and batches
 * @param refinements what is added to the method
 */
public record TrainingSettings(
        Method method,
        int steps,
        int pairs,
        float learningRate,
        int symmetries,
        int stepsPerEpoch,
        int seed,
        Refinements refinements) {
    public static final int SEED = 1;

    private static final int DRAWING_SYMMETRIES = 4;
    private static final int MIRRORED_SYMMETRIES = 8;

    public TrainingSettings {
        if (steps < 1 || stepsPerEpoch < 1) {
            throw new IllegalArgumentException("steps must be positive, were " + Math.min(steps, stepsPerEpoch));
        }
        if (pairs < 2) {
            throw new IllegalArgumentException("pairs must be at least 2, was " + pairs);
        }
        if (!(learningRate > 0 && learningRate < 1)) {
            throw new IllegalArgumentException("the learning rate must lie between 0 and 1, was " + learningRate);
        }
        if (symmetries != 1 && symmetries != 4 && symmetries != MIRRORED_SYMMETRIES) {
            throw new IllegalArgumentException("symmetries must be 1, 4 or 8, was " + symmetries);
        }
        if (refinements.mirrored() && symmetries == MIRRORED_SYMMETRIES) {
            throw new IllegalArgumentException(
                    "with 8 symmetries a mirrored picture is a class of its own, and mirrored says that it isn't: take 4, or leave mirrored out");
        }
        if (method == Method.PAPER && !refinements.equals(new Refinements(Schedule.COSINE, refinements.mean(), 0, 0))) {
            throw new IllegalArgumentException(
                    "schedule, proxies, bend and mirrored are not for the paper's way, which has its own: leave them out");
        }
    }

    /** Makes settings without refinements. */
    public TrainingSettings(
            Method method, int steps, int pairs, float learningRate, int symmetries, int stepsPerEpoch, int seed) {
        this(method, steps, pairs, learningRate, symmetries, stepsPerEpoch, seed, Refinements.NONE);
    }

    /**
     * Returns how an architecture is trained where nothing else is asked for, as found on Omniglot's validation alphabets.
     *
     * @param input drawings may be turned to make further classes, photographs not
     */
    public static TrainingSettings defaults(Architecture architecture, InputSpec input) {
        int symmetries = input.inkIsOne() ? DRAWING_SYMMETRIES : 1;
        return switch (architecture.name()) {
            // At three times the rate activations grow to hundreds in 200 steps, and float arithmetic is off by 4e-4.
            case "koch2015" -> new TrainingSettings(Method.PAPER, 100_000, 64, 5e-4f, 1, 500, SEED);
            case "wide" ->
                new TrainingSettings(Method.ALL_PAIRS, 12_000, 30, 5e-3f, symmetries == 1 ? 1 : 8, 500, SEED);
            default -> new TrainingSettings(Method.ALL_PAIRS, 9_000, 30, 5e-3f, symmetries, 500, SEED);
        };
    }

    /**
     * Checks that the method can learn from teachers.
     *
     * @throws IllegalArgumentException if it can't; one line
     */
    public void requireTeachable() {
        if (method == Method.PAPER) {
            throw new IllegalArgumentException(
                    "teachers judge all pairs of a batch, of which the paper's way knows nothing: train compact or wide");
        }
    }

    /** Returns the settings by name, for the model's record of its training. */
    public Map<String, String> asMap() {
        Map<String, String> all = new TreeMap<>(refinements.asMap());
        all.putAll(Map.of(
                "method", method.name(),
                "steps", Integer.toString(steps),
                "pairs", Integer.toString(pairs),
                "learningRate", Float.toString(learningRate),
                "symmetries", Integer.toString(symmetries),
                "stepsPerEpoch", Integer.toString(stepsPerEpoch),
                "seed", Integer.toString(seed)));
        return all;
    }

    /** A network learns in one of these ways. */
    public enum Method {
        /**
         * The network learns from every pair of a batch, ranked and judged, by Adam with a learning rate that falls to
         * a 200th along a cosine.
         */
        ALL_PAIRS,
        /**
         * The network learns as the paper's does: single pairs, momentum, layer-wise L2, early stop (Koch et al. 2015,
         * section 3.2).
         */
        PAPER
    }
}
