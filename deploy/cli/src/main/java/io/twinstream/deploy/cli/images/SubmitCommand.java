package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.ReferenceRegionOptions;
import io.twinstream.deploy.cli.console.RegionOptions;
import io.twinstream.deploy.verdict.DeadLetterText;
import io.twinstream.deploy.verdict.VerdictText;
import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.BulkSummary;
import io.twinstream.ingest.bulk.ImageSources;
import io.twinstream.ingest.bulk.Subjects;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Submits images as probes, and waits for their verdicts if asked to. */
@Command(
        name = "submit",
        description = {
            "Submits images as probes to be identified, or with --claim or --pair to be verified.",
            "With --label submits images to be learned from. Each shows the subject that its folder is named after; --subject and --by choose another."
        },
        exitCodeList = {
            "0:every image is on the topic; with --wait, every verdict has come",
            "1:failed, an image was refused or can't be judged, or a verdict has not come; the lines printed say why",
            "2:wrong options, arguments or settings; nothing was done",
            "4:no broker answers"
        },
        footer = {
            "  twinstream submit gate/ --wait 10s",
            "  twinstream submit --claim alice someone.png",
            "  twinstream submit --region 412,96,180,210 --points '455,170;548,168' street.jpg",
            "  twinstream submit --pair passport.png gate.png --wait 10s --json",
            "  twinstream submit --label photos/",
            "  twinstream submit --label --subject alice --source gate-7 alice-1.png alice-2.png"
        })
public final class SubmitCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ImageOptions options = new ImageOptions();

    @ArgGroup
    private Purpose purpose = new Purpose();

    @Mixin
    private RegionOptions regionOptions = new RegionOptions();

    @Mixin
    private ReferenceRegionOptions referenceRegionOptions = new ReferenceRegionOptions();

    @Option(
            names = "--source",
            defaultValue = "command-line",
            description =
                    "The source that the images come from (default: ${DEFAULT-VALUE}). Its probes keep their order with --set ingest.probe.key=source.")
    private String source = "";

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "Wait for the verdicts and print them, at most this long after the "
                    + "last probe. Of a probe that can't be judged the reason is printed.")
    private @Nullable Duration wait;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        ImageSources images = options.images();
        Optional<Region> region = regionOptions.of(images);
        Optional<Region> referenceRegion = referenceRegionOptions.read();
        if (referenceRegion.isPresent() && !purpose.isPair()) {
            throw new CommandException(ExitCodes.USAGE, "--reference-region goes with --pair FILE, in which it lies");
        }
        Optional<SubjectOptions> labels = purpose.labels();
        if (labels.isPresent()) {
            return label(settings, images, region, labels.get());
        }
        ProbeRequest.Task task = purpose.task(referenceRegion);
        Cluster.requireTopics(AccessSettings.of(settings), ClusterUser.INGEST);
        if (wait == null) {
            return BulkReport.end(spec, send(settings, images, region, task, this::printSent));
        }
        PrintWriter err = Objects.requireNonNull(spec, "spec").commandLine().getErr();
        try (VerdictWait waiting = VerdictWait.open(settings, err)) {
            BulkSummary summary = send(settings, images, region, task, sent -> waiting.sent(sent.id(), sent.name()));
            int code = BulkReport.end(spec, summary);
            waiting.await(wait, this::printVerdict, this::printDeadLetter);
            waiting.advice().forEach(err::println);
            err.flush();
            String missing = waiting.outstanding() == 0
                    ? ""
                    : "%d of %d verdicts have not come within %d s: %s"
                            .formatted(
                                    waiting.outstanding(),
                                    summary.sent(),
                                    wait.toSeconds(),
                                    waiting.heldBack()
                                            .orElse(
                                                    "does a verifier run? Its page, and GET /health/ready, say what stands still"));
            String rejected = waiting.rejected() == 0
                    ? ""
                    : "%d of %d probes can't be judged".formatted(waiting.rejected(), summary.sent());
            if (!missing.isEmpty() || !rejected.isEmpty()) {
                throw new CommandException(
                        ExitCodes.FAILURE, rejected + (missing.isEmpty() || rejected.isEmpty() ? "" : "; ") + missing);
            }
            return code;
        }
    }

    private int label(Settings settings, ImageSources images, Optional<Region> region, SubjectOptions labels)
            throws IOException, InterruptedException, ExecutionException {
        if (wait != null) {
            throw new CommandException(ExitCodes.USAGE, "--wait goes with probes: labelled images have no verdict");
        }
        Subjects subjects = labels.of(spec, images);
        Cluster.requireTopics(AccessSettings.of(settings), ClusterUser.INGEST);
        Output out = Output.of(spec);
        if (!json) {
            out.println(subjects.toString());
        }
        BulkSummary summary = ImageOptions.send(
                settings,
                "submitting",
                images,
                region,
                outcome -> {},
                all -> all.labelled(images, source, subjects::of));
        if (json) {
            out.json(new Labelled(
                    summary.sent(),
                    subjects.count(),
                    summary.refused(),
                    summary.leftOut().orElse(""),
                    summary.aborted().orElse("")));
        } else {
            out.println("submitted %d labelled images".formatted(summary.sent()));
        }
        return BulkReport.end(spec, summary);
    }

    private BulkSummary send(
            Settings settings,
            ImageSources images,
            Optional<Region> region,
            ProbeRequest.Task task,
            Consumer<BulkOutcome.Sent> whenSent)
            throws IOException, InterruptedException {
        return ImageOptions.send(
                settings,
                "submitting",
                images,
                region,
                outcome -> {
                    if (outcome instanceof BulkOutcome.Sent sent) {
                        whenSent.accept(sent);
                    }
                },
                all -> all.probes(images, source, task));
    }

    private void printSent(BulkOutcome.Sent sent) {
        if (json) {
            Output.of(spec).json(new Submitted(sent.id(), sent.name()));
        } else {
            Output.of(spec).println(sent.id() + " " + ForeignText.line(sent.name()));
        }
    }

    private void printVerdict(String name, Verdict verdict) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.putAll(VerdictText.fields(verdict));
            Output.of(spec).json(fields);
        } else {
            Output.of(spec).println(ForeignText.line(name) + ": " + VerdictText.line(verdict));
            VerdictText.regions(verdict).forEach(Output.of(spec)::println);
        }
    }

    private void printDeadLetter(String name, DeadLetterView letter) {
        if (json) {
            Output.of(spec).json(Map.of("name", name, "deadLetter", letter));
        } else {
            Output.of(spec).println(ForeignText.line(name) + ": can't be judged: " + DeadLetterText.line(letter));
        }
    }

    private record Submitted(String probeId, String name) {}

    private record Labelled(
            long labelled, int subjects, List<BulkOutcome.Refused> refused, String leftOut, String aborted) {}

    /** These options say what images are submitted for: to be identified, unless one of them asks for something else. */
    static final class Purpose {
        @Option(
                names = "--candidates",
                paramLabel = "N",
                description = "Identify, and name the N best candidates, 1 to 100.")
        private int candidates = 1;

        @Option(names = "--claim", paramLabel = "SUBJECT", description = "Verify that the images show this subject.")
        private @Nullable String claimed;

        @Option(
                names = "--pair",
                paramLabel = "FILE",
                description = "Verify that the images show the same as this file.")
        private @Nullable Path reference;

        @ArgGroup(exclusive = false)
        private @Nullable Training training;

        /** Returns whether the images are compared with a file. */
        boolean isPair() {
            return reference != null;
        }

        /**
         * Returns the task of the probes.
         *
         * @param referenceRegion what counts in the file that they are compared with
         */
        ProbeRequest.Task task(Optional<Region> referenceRegion) throws IOException {
            if (reference != null) {
                return new ProbeRequest.Task.Pair(SentImage.of(Files.readAllBytes(reference), referenceRegion));
            }
            return claimed == null ? new ProbeRequest.Task.Identify(candidates) : new ProbeRequest.Task.Claim(claimed);
        }

        /** Returns whom the images show, where they are training material. */
        Optional<SubjectOptions> labels() {
            return training != null && training.label ? Optional.of(training.subjects) : Optional.empty();
        }

        /** These options make images training material. */
        static final class Training {
            @Option(
                    names = "--label",
                    required = true,
                    description = "Submit images to be learned from, not to be judged.")
            private boolean label;

            @ArgGroup(exclusive = false)
            private SubjectOptions subjects = new SubjectOptions();
        }
    }
}
