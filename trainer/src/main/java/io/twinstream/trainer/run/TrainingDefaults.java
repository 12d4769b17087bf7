package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.trainer.training.TrainingSettings.Method;

/** How each architecture is trained where nothing else is asked for; found on Omniglot's validation alphabets. */
public final class TrainingDefaults {
    public static final int SEED = 1;

    private static final int DRAWING_SYMMETRIES = 4;

    private TrainingDefaults() {}

    /**
     * Settings for a network.
     *
     * @param input drawings may be turned to make further classes, photographs not
     */
    public static TrainingSettings of(Architecture architecture, InputSpec input) {
        int symmetries = input.inkIsOne() ? DRAWING_SYMMETRIES : 1;
        return switch (architecture.name()) {
            // At three times the rate activations grow to hundreds in 200 steps, and float arithmetic is off by 4e-4.
            case "koch2015" -> new TrainingSettings(Method.PAPER, 100_000, 64, 5e-4f, 1, 500, SEED);
            case "wide" ->
                new TrainingSettings(Method.ALL_PAIRS, 12_000, 30, 5e-3f, symmetries == 1 ? 1 : 8, 500, SEED);
            default -> new TrainingSettings(Method.ALL_PAIRS, 9_000, 30, 5e-3f, symmetries, 500, SEED);
        };
    }
}
