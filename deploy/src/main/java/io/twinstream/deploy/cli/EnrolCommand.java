package io.twinstream.deploy.cli;

import io.twinstream.deploy.acl.Service;
import io.twinstream.ingest.cli.BulkOutcome;
import io.twinstream.ingest.cli.BulkSubmission;
import io.twinstream.ingest.cli.BulkSummary;
import io.twinstream.ingest.cli.ImageSources;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Enrols images. */
@Command(
        name = "enrol",
        description =
                "Enrols images as references. Each belongs to the subject that its folder is named after, or to the "
                        + "one given. The same image enrolled again changes nothing.",
        exitCodeList = {
            "0:every image is enrolled",
            "1:failed, or an image was refused; the lines on standard error say why",
            "2:wrong options, arguments or settings; nothing was done",
            "4:no broker answers"
        },
        footer = {"  twinstream enrol gallery/", "  twinstream enrol --subject alice alice-1.png alice-2.jpg"})
final class EnrolCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Image files, folders and zip archives.")
    private List<Path> paths = List.of();

    @Option(names = "--subject", description = "Whom all images show; by default the name of each image's folder.")
    private @Nullable String subject;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        ImageSources images = ImageSources.of(paths);
        Cluster.requireTopics(settings, Service.INGEST);
        BulkSummary summary;
        try (ImagePublisher publisher = ImagePublisher.open(settings);
                BulkBar bar = BulkBar.show("enrolling", images)) {
            summary = new BulkSubmission(publisher, BulkBar.PATIENCE, bar)
                    .references(images, image -> subject == null ? image.folder() : subject);
        }
        Output out = Output.of(spec);
        if (json) {
            out.json(new Enrolled(
                    summary.sent(), summary.refused(), summary.aborted().orElse("")));
        } else {
            out.println("enrolled %d images".formatted(summary.sent()));
        }
        return BulkFailures.report(spec, summary);
    }

    private record Enrolled(long enrolled, List<BulkOutcome.Refused> refused, String aborted) {}
}
