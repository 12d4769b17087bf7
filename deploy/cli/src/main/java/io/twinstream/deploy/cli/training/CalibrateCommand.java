package io.twinstream.deploy.cli.training;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.Recalibration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets the thresholds of a model package on pictures of the user's. */
@Command(
        name = "calibrate",
        description =
                "Writes a model package again, as a new version, with thresholds, measures and domain from the validation "
                        + "images. The network stays the same to the byte.",
        footer = {
            "  twinstream calibrate compact --validation letters/ --model-version 2 --out compact-2.zip",
            "  twinstream calibrate faces-1.zip --validation people/ --name staff --model-version 1 --out staff-1.zip"
        })
public final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PACKAGE", description = "A model package, or the name of a shipped model.")
    private String model = "";

    @Option(
            names = "--validation",
            required = true,
            paramLabel = "FOLDER",
            description =
                    "Images that the model was not trained on, CLASS/IMAGE or GROUP/CLASS/IMAGE in a folder or an "
                            + "archive, which thresholds are measured on.")
    private Path validation = Path.of("");

    @Option(names = "--name", description = "Name of the line of models (default: the package's).")
    private @Nullable String name;

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The new package's version, unique within the name.")
    private String version = "";

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelPackage before = ShippedModel.read(model);
        ModelId id =
                new ModelId(Objects.requireNonNullElse(name, before.manifest().name()), version);
        out.requireWritable();
        int channels = before.manifest().input().channels();
        ImageSet images = ImageSet.read(validation, channels);
        report.require(validation, channels);
        PrintWriter err = requireNonNull(spec, "spec").commandLine().getErr();
        byte[] archive = new Recalibration().run(before, id, images, line -> {
            err.println(line);
            err.flush();
        });
        out.write(archive);
        ModelPackage calibrated = PackageArchive.read(archive, out.file().toString());
        report.write(calibrated);
        out.print(Output.of(spec), json, calibrated.manifest());
        return ExitCodes.OK;
    }
}
