package io.twinstream.deploy.cli.training;

import io.twinstream.trainer.training.TrainingSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that change how a network learns, each from the architecture's own setting. */
final class RecipeOptions {
    @Option(names = "--steps", description = "Batches to learn from (compact: 9000, about 30 minutes on one core).")
    private @Nullable Integer steps;

    @Option(names = "--pairs", description = "Genuine pairs in a batch (compact: 30).")
    private @Nullable Integer pairs;

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "At the start (compact: 0.005).")
    private @Nullable Float learningRate;

    @Option(
            names = "--symmetries",
            description = "Ways of laying a drawing that make another class of it: 1, 4 for quarter turns, "
                    + "8 for mirrored ones too (drawings: 4, photographs: 1).")
    private @Nullable Integer symmetries;

    @Option(
            names = "--epoch",
            paramLabel = "STEPS",
            description = "Steps between two looks at the validation images (default: 500).")
    private @Nullable Integer epoch;

    @Option(names = "--seed", description = "Of weights and batches (default: 1).")
    private @Nullable Integer seed;

    /** The given settings with what the user has said. */
    TrainingSettings over(TrainingSettings defaults) {
        return new TrainingSettings(
                defaults.method(),
                Objects.requireNonNullElse(steps, defaults.steps()),
                Objects.requireNonNullElse(pairs, defaults.pairs()),
                Objects.requireNonNullElse(learningRate, defaults.learningRate()),
                Objects.requireNonNullElse(symmetries, defaults.symmetries()),
                Objects.requireNonNullElse(epoch, defaults.stepsPerEpoch()),
                Objects.requireNonNullElse(seed, defaults.seed()));
    }
}
