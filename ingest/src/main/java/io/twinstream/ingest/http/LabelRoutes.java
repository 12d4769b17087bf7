package io.twinstream.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.ingest.feedback.Feedback;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Serves {@code POST /v1/labelled-images/{subject}[?source=S]}, which sends an image to be learned from, and {@code DELETE} of
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
        String source = RequestQuery.of(ctx.queryParamMap(), List.of(SOURCE)).get(SOURCE, "http");
        Label label = Label.submitted(ctx.pathParam(SUBJECT), source);
        try (RequestImages.HeldImages held = images.one(ctx.req())) {
            acknowledgement.receipt(ctx, publisher.label(label, held.image()));
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

    /** Reads feedback as JSON: {@code {"correct": true}} or false, or {@code {"subject": "alice"}}, and nothing besides. */
    private static final class FeedbackBody {
        private static final int MAX_BYTES = 4096;
        private static final ObjectMapper JSON = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        private FeedbackBody() {}

        /** Reads the body, at most {@value #MAX_BYTES} bytes of it. */
        static Feedback read(InputStream body) throws IOException {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            JsonNode json = bytes.length > MAX_BYTES ? JSON.missingNode() : parse(bytes);
            if (json.size() == 1 && json.path("correct").isBoolean()) {
                return json.path("correct").booleanValue() ? Feedback.right() : Feedback.wrong();
            }
            if (json.size() == 1 && json.path("subject").isTextual()) {
                return Feedback.subject(json.path("subject").textValue());
            }
            throw new InvalidRequestException(
                    "the body must be {\"correct\": true} or false, or {\"subject\": \"...\"} with whom the probe shows");
        }

        private static JsonNode parse(byte[] bytes) throws IOException {
            try {
                return JSON.readTree(bytes);
            } catch (JsonProcessingException e) {
                return JSON.missingNode();
            }
        }
    }
}
