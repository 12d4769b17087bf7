package io.twinstream.deploy.cli;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model and writes its package. */
@Command(
        name = "train",
        description = "Trains a model on a folder of images by class and writes a model package, "
                + "checked against the trained network and measured on the validation images.",
        footer =
                "  twinstream train --images background/ --validation validation/ --model-version 1 --out compact-1.zip")
final class TrainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--images",
            required = true,
            paramLabel = "PATH",
            description = "Images to learn from, CLASS/IMAGE or GROUP/CLASS/IMAGE in a folder or a zip or tar archive.")
    private Path images = Path.of("");

    @Option(
            names = "--validation",
            required = true,
            paramLabel = "PATH",
            description = "Images of other classes, in the same layout, which thresholds are measured on.")
    private Path validation = Path.of("");

    @Option(names = "--name", defaultValue = "compact", description = "The line of models (default: ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The model's version, unique within the name.")
    private String version = "";

    @Option(
            names = "--steps",
            defaultValue = "" + TrainingOptions.DEFAULT_STEPS,
            description = "Batches to learn from (default: ${DEFAULT-VALUE}, about 20 minutes on one core).")
    private int steps;

    @Option(
            names = "--seed",
            defaultValue = "" + TrainingOptions.DEFAULT_SEED,
            description = "Of weights and batches (default: ${DEFAULT-VALUE}).")
    private int seed;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the model package is written.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "Print one JSON object: the model and its measures.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        TrainingOptions training = new TrainingOptions(images, validation, name, version, steps, seed);
        requireWritable();
        byte[] archive = train(training);
        Files.write(out, archive);
        print(PackageArchive.read(archive, out.toString()).manifest());
        return ExitCodes.OK;
    }

    private byte[] train(TrainingOptions training) throws IOException, ExportException, InterruptedException {
        if (!Terminal.isErr()) {
            return new TrainingRun()
                    .run(
                            training,
                            new TrainingLines(
                                    requireNonNull(spec, "spec").commandLine().getErr()));
        }
        try (TrainingBar bar = new TrainingBar(steps)) {
            return new TrainingRun().run(training, bar);
        }
    }

    /** Said before the training, not after it. */
    private void requireWritable() throws IOException {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(out)) {
            throw new CommandException(ExitCodes.USAGE, "--out must name a file in an existing folder, was " + out);
        }
    }

    private void print(Manifest manifest) {
        Output output = Output.of(spec);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", out.toString());
            fields.put("name", manifest.name());
            fields.put("version", manifest.version());
            fields.put("evaluation", manifest.evaluation());
            output.json(fields);
            return;
        }
        output.println("%s: %s %s".formatted(out, manifest.name(), manifest.version()));
        manifest.evaluation().forEach((measure, value) -> output.println("%-28s %s".formatted(measure, value)));
    }
}
