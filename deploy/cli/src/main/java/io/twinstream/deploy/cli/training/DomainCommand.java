package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.evaluation.HeldOutImage;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.export.DomainStatistics;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds to a model package what its own inputs look like. */
@Command(
        name = "domain",
        description =
                "Writes a model package again, as a new version, with statistics of images that the model was not trained "
                        + "on: probes unlike them stay undecided. 'train' does so by itself.",
        footer = "  twinstream domain compact-1.zip --images validation/ --model-version 2 --out compact-2.zip")
public final class DomainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PACKAGE", description = "A model package, or the name of a shipped model.")
    private String model = "";

    @Option(
            names = "--images",
            required = true,
            paramLabel = "FOLDER",
            description =
                    "Images that the model was not trained on, in a folder or an archive: CLASS/IMAGE or GROUP/CLASS/IMAGE.")
    private Path images = Path.of("");

    @Option(names = "--model-version", required = true, description = "The new package's version.")
    private String version = "";

    @Mixin
    private PackageOptions out = new PackageOptions();

    @Override
    public Integer call() throws Exception {
        ModelPackage before = ShippedModel.read(model);
        Manifest manifest = before.manifest();
        out.requireWritable();
        if (version.isBlank() || version.equals(manifest.version())) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--model-version must differ from the package's own, %s: two packages of one version would be mistaken"
                            .formatted(manifest.version()));
        }
        HeldOutImages heldOut =
                HeldOutImages.read(DataSource.of(images), manifest.input().channels());
        InputDomain domain = DomainStatistics.of(
                before, heldOut.images().stream().map(HeldOutImage::picture).toList());
        if (domain == null) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "%s holds %d readable images: statistics need %d"
                            .formatted(images, heldOut.images().size(), DomainStatistics.FEWEST));
        }
        out.write(PackageArchive.withDomain(before, version, before.origin(), domain));
        Output.of(spec).println("%s: %s %s, %s".formatted(out.file(), manifest.name(), version, line(domain)));
        return ExitCodes.OK;
    }

    /** Says in one line what a package knows of its own inputs. */
    static String line(@Nullable InputDomain domain) {
        return domain == null
                ? "domain unknown: statistics need %d images that the model was not trained on"
                        .formatted(DomainStatistics.FEWEST)
                : "domain of %d images: %d examples, inputs farther than %.3f from all of them are of another kind"
                        .formatted(domain.images(), domain.examples().length / domain.cells(), domain.farthest());
    }
}
