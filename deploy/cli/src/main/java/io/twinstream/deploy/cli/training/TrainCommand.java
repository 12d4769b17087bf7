package io.twinstream.deploy.cli.training;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.DurationConverter;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.head.HeadSettings;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.DeviceChoice;
import io.twinstream.trainer.network.TrainingDevice;
import io.twinstream.trainer.run.HeadOptions;
import io.twinstream.trainer.run.HeadRun;
import io.twinstream.trainer.run.InputSize;
import io.twinstream.trainer.run.Teaching;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import io.twinstream.trainer.training.CheckpointFolder;
import io.twinstream.trainer.training.Refinements;
import io.twinstream.trainer.training.Schedule;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Trains a model and writes its package. */
@Command(
        name = "train",
        description = "Trains a model on images by class and writes a model package, "
                + "checked against the trained network and measured on the validation images.",
        footer = {
            "  twinstream train --images background/ --validation validation/ --model-version 1 --out compact-1.zip",
            "  twinstream train --architecture head --parent faces-1.zip --images people/ --model-version 2 --out faces-2.zip"
        })
public final class TrainCommand implements Callable<Integer> {
    /** These change what a head doesn't have. */
    private static final List<String> NOT_OF_HEADS = List.of(
            "--input",
            "--photographs",
            "--device",
            "--mirrored",
            "--checkpoints",
            "--checkpoint-every",
            "--pairs",
            "--symmetries",
            "--epoch",
            "--schedule",
            "--mean",
            "--proxies",
            "--bend",
            "--teacher",
            "--teacher-views");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(
            names = "--architecture",
            defaultValue = "compact",
            description =
                    "The network's architecture: compact, wide or koch2015; or head, which keeps the parent's network "
                            + "and learns what stands on top of it, in minutes (default: ${DEFAULT-VALUE}).")
    private String architecture = "";

    @Option(
            names = "--name",
            description = "Name of the line of models (default: the architecture, or for a head the parent's).")
    private @Nullable String name;

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The model's version, unique within the name.")
    private String version = "";

    @Option(
            names = "--input",
            paramLabel = "WIDTHxHEIGHT[xCHANNELS]",
            converter = InputConverter.class,
            description =
                    "Pixels that the network takes, with 1 or 3 channels (default: the architecture's, for photographs 64x64x3).")
    private @Nullable InputSize input;

    @Option(
            names = "--photographs",
            description = "The images are photographs: light stays light, a turned class is no class of its own, "
                    + "and they are learned with other light and colours, other crops and parts missing.")
    private boolean photographs;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|gpu[:N]",
            defaultValue = "auto",
            converter = DeviceConverter.class,
            description =
                    "What the network learns on. auto takes a GPU where PYTORCH_LIBRARY_PATH names PyTorch for CUDA "
                            + "and that sees one (default: ${DEFAULT-VALUE}).")
    private DeviceChoice device = DeviceChoice.AUTO;

    @Option(
            names = "--parent",
            paramLabel = "PACKAGE",
            description =
                    "Start from this model's weights instead of random ones. For a head also the name of a shipped model.")
    private @Nullable String parent;

    @Option(
            names = "--teacher",
            paramLabel = "PACKAGE[,PACKAGE]",
            split = ",",
            description =
                    "Learn from what these models say of each batch too: packages, or names of shipped models. They may be of any architecture.")
    private List<String> teachers = List.of();

    @Option(
            names = "--teacher-views",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Small distortions of each picture that teachers see, whose mean counts (default: ${DEFAULT-VALUE}).")
    private int teacherViews;

    @Option(
            names = "--checkpoints",
            paramLabel = "FOLDER",
            description =
                    "Folder that keeps what is needed to go on after a crash; the same command goes on from there.")
    private @Nullable Path checkpoints;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "DURATION",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "Time between checkpoints (default: ${DEFAULT-VALUE}).")
    private Duration checkpointEvery = Duration.ZERO;

    @Mixin
    private RecipeOptions recipe = new RecipeOptions();

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        byte[] archive;
        if (architecture.equals(HeadOptions.ARCHITECTURE)) {
            HeadOptions head = head();
            out.requireWritable();
            archive = fit(head);
        } else {
            TrainingOptions training = options();
            out.requireWritable();
            archive = train(training);
        }
        out.write(archive);
        out.print(
                Output.of(spec),
                json,
                PackageArchive.read(archive, out.file().toString()).manifest());
        return ExitCodes.OK;
    }

    private TrainingOptions options() throws IOException, InterruptedException {
        Architecture chosen = Architecture.named(architecture);
        InputSpec spec = InputSize.spec(input, photographs, chosen.defaultInput(photographs));
        return new TrainingOptions(
                data.sources(),
                name == null ? architecture : name,
                version,
                chosen,
                spec,
                recipe.over(TrainingSettings.defaults(chosen, spec)),
                Optional.ofNullable(parent).map(Path::of),
                Optional.ofNullable(checkpoints).map(folder -> new CheckpointFolder(folder, checkpointEvery)),
                new Teaching(read(teachers), teacherViews));
    }

    private static List<ModelPackage> read(List<String> names) throws IOException {
        List<ModelPackage> models = new ArrayList<>();
        for (String name : names) {
            models.add(ShippedModel.read(name));
        }
        return models;
    }

    private HeadOptions head() throws IOException, InterruptedException {
        String named = parent;
        if (named == null) {
            throw new CommandException(
                    ExitCodes.USAGE, "a head stands on a model: name its package, or a shipped model, with --parent");
        }
        for (String each : NOT_OF_HEADS) {
            if (requireNonNull(spec, "spec").commandLine().getParseResult().hasMatchedOption(each)) {
                throw new CommandException(
                        ExitCodes.USAGE,
                        "%s is not for a head, which takes the parent's input and is learned in minutes: leave it out"
                                .formatted(each));
            }
        }
        ModelPackage model = ShippedModel.read(named);
        return new HeadOptions(
                data.sources(), name == null ? model.manifest().name() : name, version, model, recipe.head());
    }

    private byte[] fit(HeadOptions head) throws IOException, ExportException, InterruptedException {
        PrintWriter err = requireNonNull(spec, "spec").commandLine().getErr();
        try (TrainingScreen screen = TrainingScreen.open(err, head.settings().steps())) {
            return new HeadRun().run(head, screen);
        }
    }

    private byte[] train(TrainingOptions training) throws IOException, ExportException, InterruptedException {
        PrintWriter err = requireNonNull(spec, "spec").commandLine().getErr();
        TrainingDevice found = TrainingDevice.find(device);
        try (TrainingScreen screen =
                TrainingScreen.open(err, training.settings().steps())) {
            screen.onFinding(found.line());
            return new TrainingRun(found).run(training, screen);
        }
    }

    /** These options change how a network learns; what isn't given is the architecture's own. */
    static final class RecipeOptions {
        @Option(
                names = "--steps",
                description = "Batches to learn from (compact: 9000, about 30 minutes on one core; head: 200 each).")
        private @Nullable Integer steps;

        @Option(names = "--pairs", description = "Genuine pairs in a batch (compact: 30).")
        private @Nullable Integer pairs;

        @Option(
                names = "--learning-rate",
                paramLabel = "RATE",
                description = "Learning rate at the start (compact: 0.005, head: 0.001).")
        private @Nullable Float learningRate;

        @Option(
                names = "--symmetries",
                description = "How many classes one drawing gives by being turned: 1 for none, 4 "
                        + "by quarter turns, 8 with mirror images (drawings: 4, photographs: 1).")
        private @Nullable Integer symmetries;

        @Option(
                names = "--epoch",
                paramLabel = "STEPS",
                description = "Steps between two looks at the validation images (default: 500).")
        private @Nullable Integer epoch;

        @Option(names = "--seed", description = "Seed of weights and batches (default: 1).")
        private @Nullable Integer seed;

        @Option(
                names = "--schedule",
                paramLabel = "cosine|flat|tail",
                description = "The way of the learning rate: it falls along a cosine, stays flat and falls at the end, "
                        + "or falls and stays low over the last third (default: cosine).")
        private @Nullable Schedule schedule;

        @Option(
                names = "--mean",
                paramLabel = "STEPS",
                description =
                        "Export the exponential mean of the weights over about so many steps; 0 for the last ones (default: 0).")
        private @Nullable Integer mean;

        @Option(
                names = "--proxies",
                paramLabel = "WEIGHT",
                description = "Weight of the loss against the moving means of all classes; 0 for none (default: 0).")
        private @Nullable Float proxies;

        @Option(
                names = "--mirrored",
                description =
                        "A mirrored picture is still of its class, and half of the pictures are learned mirrored.")
        private boolean mirrored;

        @Option(
                names = "--bend",
                paramLabel = "SHARE",
                description =
                        "How far strokes are bent at most, as a share of the picture; 0 for not at all (default: 0).")
        private @Nullable Float bend;

        /** Returns the settings of a head with what the user has said. */
        HeadSettings head() {
            return new HeadSettings(
                    Objects.requireNonNullElse(steps, HeadSettings.STEPS),
                    Objects.requireNonNullElse(learningRate, HeadSettings.LEARNING_RATE),
                    Objects.requireNonNullElse(seed, TrainingSettings.SEED));
        }

        private Refinements refinements(Refinements defaults) {
            return new Refinements(
                    Objects.requireNonNullElse(schedule, defaults.schedule()),
                    Objects.requireNonNullElse(mean, defaults.mean()),
                    Objects.requireNonNullElse(proxies, defaults.proxies()),
                    Objects.requireNonNullElse(bend, defaults.bend()),
                    mirrored || defaults.mirrored());
        }

        /** Returns the given settings with what the user has said. */
        TrainingSettings over(TrainingSettings defaults) {
            return new TrainingSettings(
                    defaults.method(),
                    Objects.requireNonNullElse(steps, defaults.steps()),
                    Objects.requireNonNullElse(pairs, defaults.pairs()),
                    Objects.requireNonNullElse(learningRate, defaults.learningRate()),
                    Objects.requireNonNullElse(symmetries, defaults.symmetries()),
                    Objects.requireNonNullElse(epoch, defaults.stepsPerEpoch()),
                    Objects.requireNonNullElse(seed, defaults.seed()),
                    refinements(defaults.refinements()));
        }
    }

    /** Reads {@code 48x48} or {@code 64x64x3}. */
    static final class InputConverter implements ITypeConverter<InputSize> {
        @Override
        public InputSize convert(String value) {
            try {
                return InputSize.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads {@code cpu} or {@code gpu:1}. */
    static final class DeviceConverter implements ITypeConverter<DeviceChoice> {
        @Override
        public DeviceChoice convert(String value) {
            try {
                return DeviceChoice.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
