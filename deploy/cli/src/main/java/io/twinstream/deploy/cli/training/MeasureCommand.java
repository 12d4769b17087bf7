package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.Remeasurement;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives a model package all measures of today. */
@Command(
        name = "measure",
        description =
                "Writes a model package again, as a new version with the same scores to the bit, with thresholds and "
                        + "measures from the validation images. Where these have groups, thresholds for look-alikes are among "
                        + "them. 'train', 'import' and 'calibrate' measure by themselves.",
        footer = "  twinstream measure letters-1.zip --validation validation/ --model-version 2 --out letters-2.zip")
public final class MeasureCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PACKAGE", description = "A model package, or the name of a shipped model.")
    private String model = "";

    @Option(
            names = "--validation",
            required = true,
            paramLabel = "FOLDER",
            description =
                    "Images that the model was not trained on, CLASS/IMAGE or GROUP/CLASS/IMAGE in a folder or an archive.")
    private Path validation = Path.of("");

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The new package's version.")
    private String version = "";

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelPackage before = ShippedModel.read(model);
        ModelId id = new ModelId(before.manifest().name(), version);
        out.requireWritable();
        ImageSet images = ImageSet.read(validation, before.manifest().input().channels());
        byte[] archive = new Remeasurement().run(before, id, images);
        out.write(archive);
        out.print(
                Output.of(spec),
                json,
                PackageArchive.read(archive, out.file().toString()).manifest());
        return ExitCodes.OK;
    }
}
