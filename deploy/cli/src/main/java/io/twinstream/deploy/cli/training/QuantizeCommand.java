package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.TrainingData;
import io.twinstream.trainer.export.Int8Stem;
import io.twinstream.trainer.export.Quantization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds an int8 embedder to a model package, or makes the one that it holds faster. */
@Command(
        name = "quantize",
        description =
                "Writes a model package again with an int8 embedder beside the fp32 one. It is calibrated on images that the "
                        + "model was trained on, and measured on the validation images. 'train' does so by itself. "
                        + "Without images, the package's own int8 embedder is written in its fastest form, as a new "
                        + "version with the same answers to the bit.",
        footer = {
            "  twinstream quantize compact-1.zip --images background/ --validation validation/ --out compact-1-int8.zip",
            "  twinstream quantize letters-1.zip --model-version 1.1 --out letters-1.1.zip"
        })
public final class QuantizeCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PACKAGE", description = "A model package, or the name of a shipped model.")
    private String model = "";

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(
            names = "--model-version",
            paramLabel = "VERSION",
            description = "The new package's version (default: the package's own, with --images alone).")
    private @Nullable String version;

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures at int8.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelPackage before = ShippedModel.read(model);
        requireNewVersion(before);
        out.requireWritable();
        byte[] archive = data.nameImages() ? calibrated(before) : faster(before);
        out.write(archive);
        print(PackageArchive.read(archive, out.file().toString()).manifest());
        return ExitCodes.OK;
    }

    private byte[] calibrated(ModelPackage before) throws Exception {
        TrainingData images = data.sources().read(before.manifest().input().channels());
        images.requireUsable();
        byte[] archive = Quantization.of(before, images.training(), images.validation());
        if (version == null) {
            return archive;
        }
        ModelPackage quantized = PackageArchive.read(archive, "the quantized package");
        return PackageArchive.withInt8(
                quantized,
                version,
                before.origin(),
                Objects.requireNonNull(quantized.manifest().int8()),
                quantized.file(ModelPackage.EMBEDDER_INT8));
    }

    private byte[] faster(ModelPackage before) throws Exception {
        if (version == null) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--images is missing, on which an int8 embedder is calibrated: add it, or --model-version alone to write the package's own in its fastest form");
        }
        return Int8Stem.asVersion(before, version);
    }

    private void requireNewVersion(ModelPackage before) {
        ModelId id = ModelId.of(before.manifest());
        if (version != null && new ModelId(id.name(), version).equals(id)) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--model-version must differ from the package's own, %s: two packages of one version would be mistaken"
                            .formatted(id.version()));
        }
    }

    private void print(Manifest manifest) {
        Output output = Output.of(spec);
        Int8Facts int8 = Objects.requireNonNull(manifest.int8());
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", out.file().toString());
            fields.put("name", manifest.name());
            fields.put("version", manifest.version());
            fields.put("calibration", int8.calibration());
            fields.put("loss", int8.loss());
            fields.put("withinMargin", int8.withinMargin());
            fields.put("evaluation", int8.evaluation());
            output.json(fields);
            return;
        }
        output.println("%s: %s %s, calibrated by %s; loses %.2f points, %s the margin"
                .formatted(
                        out.file(),
                        manifest.name(),
                        manifest.version(),
                        int8.calibration(),
                        100 * int8.loss(),
                        int8.withinMargin() ? "within" : "beyond"));
        PackageOptions.printMeasures(output, int8.evaluation());
    }
}
