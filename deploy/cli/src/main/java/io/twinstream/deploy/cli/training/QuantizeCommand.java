package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.TrainingData;
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

/** Adds an int8 embedder to a model package. */
@Command(
        name = "quantize",
        description =
                "Writes a model package again with an int8 embedder beside the fp32 one. It is calibrated on images that the "
                        + "model was trained on, and measured on the validation images. 'train' does so by itself.",
        footer =
                "  twinstream quantize compact-1.zip --images background/ --validation validation/ --out compact-1-int8.zip")
public final class QuantizeCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PACKAGE", description = "A model package, or the name of a shipped model.")
    private String model = "";

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Option(names = "--json", description = "Print one JSON object: the model and its measures at int8.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ModelPackage fp32 = ShippedModel.read(model);
        out.requireWritable();
        TrainingData images = data.sources().read(fp32.manifest().input().channels());
        images.requireUsable();
        byte[] archive = Quantization.of(fp32, images.training(), images.validation());
        out.write(archive);
        print(PackageArchive.read(archive, out.file().toString()).manifest());
        return ExitCodes.OK;
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
        int8.evaluation().forEach((measure, value) -> output.println("%-28s %s".formatted(measure, value)));
    }
}
