package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.RequestIds;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.topic.ReferenceKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Serves {@code POST /v1/references/{subject}[?id=R&region=X,Y,W,H&points=X,Y;X,Y]}, which enrols an image, and {@code DELETE}, which erases all of a
 * subject's references, or with {@code ?reference=R} that one. What isn't there is answered with 404.
 */
final class ReferenceRoutes {
    private static final String PATH = "/v1/references/{subject}";
    private static final String SUBJECT = "subject";
    private static final String ID = "id";
    private static final String REFERENCE = "reference";

    private final ImagePublisher publisher;
    private final RequestImages images;
    private final Acknowledgement acknowledgement;

    ReferenceRoutes(ImagePublisher publisher, RequestImages images, Acknowledgement acknowledgement) {
        this.publisher = publisher;
        this.images = images;
        this.acknowledgement = acknowledgement;
    }

    void register(RoutesConfig routes, RequestSpans spans) {
        routes.post(PATH, spans.around("POST", PATH, this::enrol));
        routes.delete(PATH, spans.around("DELETE", PATH, this::erase));
    }

    private void enrol(Context ctx) throws IOException, ImageRefusedException {
        String subject = ctx.pathParam(SUBJECT);
        RequestQuery query = RequestQuery.of(
                ctx.queryParamMap(), List.of(ID, RequestQuery.REGION.box(), RequestQuery.REGION.points()));
        Optional<String> id = query.find(ID);
        Optional<Region> region = query.region(RequestQuery.REGION);
        try (RequestImages.HeldImages held = images.one(ctx.req())) {
            ReferenceKey key = id.map(given -> RequestIds.reference(subject, given))
                    .orElseGet(() -> RequestIds.referenceOf(subject, held.image()));
            acknowledgement.receipt(ctx, publisher.enrol(key, SentImage.of(held.image(), region)));
        }
    }

    private void erase(Context ctx) {
        String subject = ctx.pathParam(SUBJECT);
        Optional<String> reference =
                RequestQuery.of(ctx.queryParamMap(), List.of(REFERENCE)).find(REFERENCE);
        if (reference.isPresent()) {
            String id = reference.get();
            acknowledgement.erased(
                    ctx,
                    id,
                    "the subject '%s' has no reference '%s'".formatted(subject, id),
                    publisher.erase(subject, id));
        } else {
            acknowledgement.erased(
                    ctx, subject, "the subject '%s' has no reference".formatted(subject), publisher.eraseAll(subject));
        }
    }
}
