package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.ConflictResponse;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.twinstream.schemas.http.BodyRoom;
import io.twinstream.verifier.forward.Answer;
import io.twinstream.verifier.forward.IngestClient;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Passes {@code POST /v1/subjects/{subject}/references} {@code DELETE /v1/subjects/{subject}} and
 * {@code POST /v1/verdicts/{probe}/feedback} on to ingest, whose
 * answer is the answer.
 */
final class EnrolmentApi {
    private static final ForwardedRequest FORWARDED =
            new ForwardedRequest("ingest", VerifierSettings.INGEST_URL, VerifierSettings.INGEST_TOKEN);
    private static final String SUBJECT = "subject";
    private static final String ID = "id";
    private static final String REGION = "region";
    private static final String POINTS = "points";
    /** As long as an address may be. */
    private static final int MOST_REGION = 8_000;

    /** Ingest takes no more either. */
    private static final int MOST_FEEDBACK_BYTES = 4_096;

    private final Optional<IngestClient> ingest;
    private final int maxBytes;
    private final BodyRoom room;

    /**
     * Creates the routes.
     *
     * @param maxBytes the largest size of a picture
     */
    EnrolmentApi(Optional<IngestClient> ingest, int maxBytes) {
        this.ingest = ingest;
        this.maxBytes = maxBytes;
        this.room = BodyRoom.forRequestsOf(maxBytes + 1);
    }

    void register(RoutesConfig routes) {
        routes.post(SubjectsApi.PATH + "/{subject}/references", this::enrol);
        routes.delete(SubjectsApi.PATH + "/{subject}", this::erase);
        routes.post("/v1/verdicts/{probe}/feedback", this::feedback);
    }

    private void enrol(Context ctx) throws IOException {
        IngestClient client = client();
        QueryParameters given = new QueryParameters(ctx, ID, REGION, POINTS);
        // Ingest says what is wrong with a region, so that there is one rule.
        Map<String, String> query = new TreeMap<>();
        given.text(ID).ifPresent(id -> query.put(ID, id));
        given.text(REGION, MOST_REGION).ifPresent(region -> query.put(REGION, region));
        given.text(POINTS, MOST_REGION).ifPresent(points -> query.put(POINTS, points));
        if (ctx.req().getContentLengthLong() > maxBytes) {
            throw tooLarge();
        }
        BodyRoom.Body body = room.read(ctx.req(), maxBytes);
        if (body.bytes().length > maxBytes) {
            body.close();
            throw tooLarge();
        }
        // The body is held until ingest has answered, since it is sent from there.
        CompletableFuture<Answer> asked = client.enrol(ctx.pathParam(SUBJECT), query, body.bytes());
        ctx.future(() -> FORWARDED.answered(ctx, asked.whenComplete((answer, failure) -> body.close())));
    }

    private void erase(Context ctx) {
        IngestClient client = client();
        Optional<String> reference = new QueryParameters(ctx, "reference").text("reference");
        ctx.future(() -> FORWARDED.answered(ctx, client.erase(ctx.pathParam(SUBJECT), reference)));
    }

    private void feedback(Context ctx) throws IOException {
        var unused = new QueryParameters(ctx);
        IngestClient client = client();
        byte[] body = ctx.req().getInputStream().readNBytes(MOST_FEEDBACK_BYTES + 1);
        if (body.length > MOST_FEEDBACK_BYTES) {
            throw new ContentTooLargeResponse("feedback has at most %d bytes".formatted(MOST_FEEDBACK_BYTES));
        }
        ctx.future(() -> FORWARDED.answered(ctx, client.feedback(ctx.pathParam("probe"), body)));
    }

    private IngestClient client() {
        return ingest.orElseThrow(() -> new ConflictResponse(
                "this verifier knows no ingest to enrol or erase with: set " + VerifierSettings.INGEST_URL));
    }

    private ContentTooLargeResponse tooLarge() {
        return new ContentTooLargeResponse("the image has too many bytes, at most %d are taken".formatted(maxBytes));
    }
}
