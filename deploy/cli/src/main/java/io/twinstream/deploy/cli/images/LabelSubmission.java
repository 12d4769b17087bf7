package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.Output;
import io.twinstream.ingest.cli.BulkOutcome;
import io.twinstream.ingest.cli.BulkSubmission;
import io.twinstream.ingest.cli.BulkSummary;
import io.twinstream.ingest.cli.ImageSources;
import io.twinstream.ingest.cli.SubjectBy;
import io.twinstream.ingest.cli.Subjects;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Submits images to be learned from.
 *
 * @param subject whom all show
 * @param by what each one's subject is named after
 * @param source where they come from
 */
record LabelSubmission(@Nullable String subject, @Nullable SubjectBy by, String source) {
    BulkSummary send(Settings settings, ImageSources images, Subjects subjects)
            throws IOException, InterruptedException {
        CommonSettings common = CommonSettings.of(settings);
        try (ImagePublisher publisher = ImagePublisher.open(
                        KafkaClients.of(common), common.topics(), SendSettings.of(settings, common));
                BulkBar bar = BulkBar.show("submitting", images)) {
            return new BulkSubmission(publisher, BulkBar.PATIENCE, bar).labelled(images, source, subjects::of);
        }
    }

    static void print(BulkSummary summary, Subjects subjects, Output out, boolean json) {
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
    }

    private record Labelled(
            long labelled, int subjects, List<BulkOutcome.Refused> refused, String leftOut, String aborted) {}
}
