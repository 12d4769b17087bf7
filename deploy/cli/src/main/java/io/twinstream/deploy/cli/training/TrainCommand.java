package io.twinstream.deploy.cli.training;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.cli.console.DurationConverter;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.run.TrainingDefaults;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import io.twinstream.trainer.training.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model and writes its package. */
@Command(
        name = "train",
        description = "Trains a model on images by class and writes a model package, "
                + "checked against the trained network and measured on the validation images.",
        footer =
                "  twinstream train --images background/ --validation validation/ --model-version 1 --out compact-1.zip")
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(
            names = "--architecture",
            defaultValue = "compact",
            description = "compact, wide or koch2015 (default: ${DEFAULT-VALUE}).")
    private String architecture = "";

    @Option(names = "--name", description = "The line of models (default: the architecture).")
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
            description = "Pixels that the network takes, with 1 or 3 channels (default: the architecture's).")
    private InputConverter.@Nullable Size input;

    @Option(
            names = "--photographs",
            description = "The images are no drawings: light stays light, and a turned class is no class of its own.")
    private boolean photographs;

    @Option(
            names = "--parent",
            paramLabel = "PACKAGE",
            description = "Start from this model's weights instead of random ones.")
    private @Nullable Path parent;

    @Option(
            names = "--checkpoints",
            paramLabel = "FOLDER",
            description = "Keep what is needed to go on after a crash; the same command goes on from there.")
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
        TrainingOptions training = options();
        out.requireWritable();
        byte[] archive = train(training);
        Files.write(out.file(), archive);
        print(PackageArchive.read(archive, out.file().toString()).manifest());
        return ExitCodes.OK;
    }

    private TrainingOptions options() throws IOException, InterruptedException {
        Architecture chosen = Architecture.named(architecture);
        InputSpec spec = InputConverter.spec(input, photographs, chosen.defaultInput());
        return new TrainingOptions(
                data.sources(),
                name == null ? architecture : name,
                version,
                chosen,
                spec,
                recipe.over(TrainingDefaults.of(chosen, spec)),
                Optional.ofNullable(parent),
                Optional.ofNullable(checkpoints).map(folder -> new CheckpointFolder(folder, checkpointEvery)));
    }

    private byte[] train(TrainingOptions training) throws IOException, ExportException, InterruptedException {
        if (!Terminal.isErr()) {
            return new TrainingRun()
                    .run(
                            training,
                            new TrainingLines(
                                    requireNonNull(spec, "spec").commandLine().getErr()));
        }
        try (TrainingBar bar = new TrainingBar(training.settings().steps())) {
            return new TrainingRun().run(training, bar);
        }
    }

    private void print(Manifest manifest) {
        Output output = Output.of(spec);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", out.file().toString());
            fields.put("name", manifest.name());
            fields.put("version", manifest.version());
            fields.put("evaluation", manifest.evaluation());
            output.json(fields);
            return;
        }
        output.println("%s: %s %s, %s"
                .formatted(out.file(), manifest.name(), manifest.version(), DomainLine.of(manifest.domain())));
        manifest.evaluation().forEach((measure, value) -> output.println("%-28s %s".formatted(measure, value)));
    }
}
