package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.RegionOptions;
import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.BulkSummary;
import io.twinstream.ingest.bulk.ImageSources;
import io.twinstream.ingest.bulk.Subjects;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Enrols images as references, and says which of them a verifier can't use. */
@Command(
        name = "enrol",
        description =
                "Enrols images as references. Each belongs to the subject that its folder is named after; --subject "
                        + "and --by choose another. The same image enrolled again changes nothing.",
        exitCodeList = {
            "0:every image is enrolled",
            "1:failed, or an image was refused; the lines on standard error say why",
            "2:wrong options, arguments or settings; nothing was done",
            "4:no broker answers"
        },
        footer = {
            "  twinstream enrol gallery/",
            "  twinstream enrol --by file known_people/",
            "  twinstream enrol --subject alice alice-1.png alice-2.jpg",
            "  twinstream enrol --subject alice --region 412,96,180,210 family.jpg"
        })
public final class EnrolCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ImageOptions options = new ImageOptions();

    @Mixin
    private SubjectOptions subjectOptions = new SubjectOptions();

    @Mixin
    private RegionOptions regionOptions = new RegionOptions();

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        ImageSources images = options.images();
        Optional<Region> region = regionOptions.of(images);
        Subjects subjects = subjectOptions.of(spec, images);
        Cluster.requireTopics(AccessSettings.of(settings), ClusterUser.INGEST);
        Output out = Output.of(spec);
        if (!json) {
            out.println(subjects.toString());
        }
        CommonSettings common = CommonSettings.of(settings);
        UnusableReferenceReports news = UnusableReferenceReports.since(common);
        KnownReferences known = KnownReferences.read(common, subjects::has);
        BulkSummary summary = ImageOptions.send(
                settings,
                "enrolling",
                images,
                region,
                known::count,
                all -> all.references(images, known.noting(subjects::of)));
        if (json) {
            out.json(new Enrolled(
                    summary.sent(),
                    known.known().isPresent() ? known.known().getAsLong() : null,
                    subjects.count(),
                    summary.refused(),
                    summary.leftOut().orElse(""),
                    summary.aborted().orElse("")));
        } else {
            out.println(line(summary.sent(), known.known().orElse(0)));
        }
        if (summary.sent() > 0) {
            var errors = Objects.requireNonNull(spec, "spec").commandLine().getErr();
            news.lines().forEach(line -> errors.println("twinstream: " + line));
        }
        return BulkReport.end(spec, summary);
    }

    /** Returns a line like {@code enrolled 90 images, 90 known already}. */
    static String line(long enrolled, long known) {
        return "enrolled %d %s%s"
                .formatted(
                        enrolled,
                        enrolled == 1 ? "image" : "images",
                        known == 0 ? "" : ", %d known already".formatted(known));
    }

    /** @param knownAlready how many were enrolled before; null where that isn't known */
    private record Enrolled(
            long enrolled,
            @Nullable Long knownAlready,
            int subjects,
            List<BulkOutcome.Refused> refused,
            String leftOut,
            String aborted) {}
}
