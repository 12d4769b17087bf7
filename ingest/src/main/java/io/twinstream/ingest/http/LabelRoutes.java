package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.ingest.feedback.Feedback;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.Label;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.http.JsonBody;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.Region;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code POST /v1/labelled-images/{subject}[?source=S&region=X,Y,W,H]}, which sends an image to be learned from, and {@code DELETE} of
 * it, which erases all labelled images of a subject. Also serves {@code POST /v1/verdicts/{probe}/feedback} with {@code
 * {"correct": true}}, {@code {"correct": false}} or {@code {"subject": "alice"}}, which labels the image of a probe where it is known
 * whom it shows.
 */
final class LabelRoutes {
    private static final String PATH = "/v1/labelled-images/{subject}";
    private static final String FEEDBACK = "/v1/verdicts/{probe}/feedback";
    private static final String SUBJECT = "subject";
    private static final String SOURCE = "source";

    private final ImagePublisher publisher;
    private final FeedbackDesk desk;
    private final RequestImages images;
    private final Acknowledgement acknowledgement;

    LabelRoutes(ImagePublisher publisher, RequestImages images, FeedbackDesk desk, Acknowledgement acknowledgement) {
        this.publisher = publisher;
        this.desk = desk;
        this.images = images;
        this.acknowledgement = acknowledgement;
    }

    void register(RoutesConfig routes, RequestSpans spans) {
        routes.post(PATH, spans.around("POST", PATH, this::label));
        routes.delete(PATH, spans.around("DELETE", PATH, this::erase));
        routes.post(FEEDBACK, spans.around("POST", FEEDBACK, this::feedback));
    }

    private void label(Context ctx) throws IOException, ImageRefusedException {
        RequestQuery query = RequestQuery.of(
                ctx.queryParamMap(), List.of(SOURCE, RequestQuery.REGION.box(), RequestQuery.REGION.points()));
        Label label = Label.submitted(ctx.pathParam(SUBJECT), query.get(SOURCE, "http"));
        Optional<Region> region = query.region(RequestQuery.REGION);
        try (RequestImages.HeldImages held = images.one(ctx.req())) {
            acknowledgement.receipt(ctx, publisher.label(label, SentImage.of(held.image(), region)));
        }
    }

    private void erase(Context ctx) {
        RequestQuery.of(ctx.queryParamMap(), List.of());
        String subject = ctx.pathParam(SUBJECT);
        acknowledgement.erased(
                ctx,
                subject,
                "the subject '%s' has no labelled image".formatted(subject),
                publisher.eraseLabels(subject));
    }

    private void feedback(Context ctx) throws IOException {
        RequestQuery.of(ctx.queryParamMap(), List.of());
        String probe = ctx.pathParam("probe");
        acknowledgement.accept(
                ctx,
                desk.take(probe, FeedbackBody.read(ctx.req().getInputStream())),
                label -> label.map(each -> Map.of(
                                "id",
                                probe,
                                SUBJECT,
                                each.subjectId(),
                                "origin",
                                each.origin().name().toLowerCase(Locale.ROOT)))
                        .orElse(Map.of("id", probe)));
    }

    /** This is feedback as a caller writes it in JSON. It has one of its fields. */
    record FeedbackBody(@Nullable Boolean correct, @Nullable String subject) {
        private static final int MAX_BYTES = 4096;
        private static final JsonBody<FeedbackBody> FORM =
                new JsonBody<>(FeedbackBody.class, "{\"correct\": true} or {\"subject\": \"alice\"}");

        /** Reads the body, at most {@value #MAX_BYTES} bytes of it. */
        static Feedback read(InputStream body) throws IOException {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw FORM.refused("the body has more than %d bytes".formatted(MAX_BYTES));
            }
            return FORM.read(bytes).feedback();
        }

        private Feedback feedback() {
            if ((correct == null) == (subject == null)) {
                throw FORM.refused("feedback has one of the fields correct and subject");
            }
            if (subject != null) {
                return Feedback.subject(subject);
            }
            return Boolean.TRUE.equals(correct) ? Feedback.right() : Feedback.wrong();
        }
    }
}
