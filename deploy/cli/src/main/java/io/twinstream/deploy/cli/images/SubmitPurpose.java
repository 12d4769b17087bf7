package io.twinstream.deploy.cli.images;

import io.twinstream.ingest.cli.SubjectBy;
import io.twinstream.ingest.publish.ProbeTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What images are submitted for: to be identified, or one of these. */
final class SubmitPurpose {
    @Option(names = "--candidates", paramLabel = "N", description = "Identify, with the N best candidates, 1 to 100.")
    private int candidates = 1;

    @Option(names = "--claim", paramLabel = "SUBJECT", description = "Verify that the images show this subject.")
    private @Nullable String claimed;

    @Option(names = "--pair", paramLabel = "FILE", description = "Verify that the images show the same as this one.")
    private @Nullable Path reference;

    @ArgGroup(exclusive = false)
    private @Nullable Labelled labelled;

    /** The task of probes. */
    ProbeTask task() throws IOException {
        if (reference != null) {
            return new ProbeTask.Pair(Files.readAllBytes(reference));
        }
        return claimed == null ? new ProbeTask.Identify(candidates) : new ProbeTask.Claim(claimed);
    }

    /** How to submit training material, where that is what the images are. */
    Optional<LabelSubmission> labels(String source) {
        return labelled != null && labelled.label
                ? Optional.of(new LabelSubmission(labelled.subject, labelled.by, source))
                : Optional.empty();
    }

    /** What makes images training material. */
    static final class Labelled {
        @Option(names = "--label", required = true, description = "Submit images to be learned from, not to be judged.")
        private boolean label;

        @Option(names = "--subject", description = "Whom all images show.")
        private @Nullable String subject;

        @Option(names = "--by", paramLabel = "folder|file|top", description = SubjectOptions.BY)
        private @Nullable SubjectBy by;
    }
}
