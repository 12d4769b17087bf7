package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.run.TrainingOptions;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** These options say where the images to train on come from, and which part is held back. */
final class DataOptions {
    private static final long SPLIT_SEED = 1;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--images",
            paramLabel = "SOURCE",
            description = "Images to learn from, CLASS/IMAGE or GROUP/CLASS/IMAGE in a folder or a zip or tar archive, "
                    + "or 'topic:' for the labelled images on Kafka.")
    private @Nullable String images;

    @Option(
            names = "--validation",
            paramLabel = "SOURCE",
            description = "Images of other classes, in the same layout, which thresholds are measured on "
                    + "(default: a part of the images, see --split).")
    private @Nullable String validation;

    @Option(
            names = "--split",
            paramLabel = "class|drawer",
            defaultValue = "class",
            description = "What the part held back for validation is made of (default: ${DEFAULT-VALUE}).")
    private Split.SplitUnit split = Split.SplitUnit.CLASS;

    @Option(
            names = "--split-share",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description = "How much of the images is held back for validation (default: ${DEFAULT-VALUE}).")
    private double share;

    /** Returns whether there is anything to learn from. */
    boolean nameImages() {
        if (images == null && validation != null) {
            throw new CommandException(
                    ExitCodes.USAGE, "--validation stands alone: add --images, which names the images to learn from");
        }
        return images != null;
    }

    TrainingOptions.Sources sources() throws IOException, InterruptedException {
        if (images == null) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--images is missing: name the images to learn from, a folder, an archive or %s for those on Kafka"
                            .formatted(DataSource.TOPIC));
        }
        CommonSettings parsed = settings.read(CommonSettings::of);
        if (images.equals(DataSource.TOPIC) || DataSource.TOPIC.equals(validation)) {
            Cluster.require(parsed).close();
        }
        return new TrainingOptions.Sources(
                DataSource.of(images, KafkaClients.of(parsed), parsed.topics()),
                Optional.ofNullable(validation)
                        .map(name -> DataSource.of(name, KafkaClients.of(parsed), parsed.topics())),
                new Split.Rule(split, share, SPLIT_SEED));
    }
}
