package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.BulkSubmission;
import io.twinstream.ingest.bulk.BulkSummary;
import io.twinstream.ingest.bulk.ImageSources;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** These options say which images are sent, and to which cluster. */
final class ImageOptions {
    /** Time that a bulk submission waits for a broker that has gone away. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Image files, folders and zip archives.")
    private List<Path> paths = List.of();

    /** Submits images in one of the ways there are. */
    interface Way {
        BulkSummary submit(BulkSubmission submission) throws IOException, InterruptedException;
    }

    Settings settings() throws IOException {
        return options.settings();
    }

    ImageSources images() throws IOException {
        return ImageSources.of(paths);
    }

    /**
     * Sends images, with a bar on standard error where somebody looks at it.
     *
     * @param doing what is done with them, for the bar
     * @param region what counts in the only image, if its sender says so
     * @param seen told what becomes of each image
     */
    static BulkSummary send(
            Settings settings,
            String doing,
            ImageSources images,
            Optional<Region> region,
            Consumer<BulkOutcome> seen,
            Way way)
            throws IOException, InterruptedException {
        CommonSettings common = CommonSettings.of(settings);
        try (ImagePublisher publisher = ImagePublisher.open(
                        KafkaClients.of(common), common.topics(), SendSettings.of(settings, common));
                BulkReport bar = BulkReport.show(doing, images)) {
            return way.submit(new BulkSubmission(publisher, PATIENCE, bar.andThen(seen)).with(region));
        }
    }
}
