package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.verifier.feed.Pictures;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.gallery.Position;
import io.twinstream.verifier.gallery.ReferenceKey;
import io.twinstream.verifier.version.ModelLease;
import io.twinstream.verifier.version.Versions;
import java.util.Optional;
import java.util.function.Function;

/** {@code GET /v1/subjects} and a reference's picture, by the gallery of the version that serves. */
final class SubjectsApi {
    static final String PATH = "/v1/subjects";

    private static final int MOST = 500;
    private static final int DEFAULT = 50;

    private final Versions versions;
    private final Pictures pictures;
    private final Bound bound;

    SubjectsApi(Versions versions, Pictures pictures, Bound bound) {
        this.versions = versions;
        this.pictures = pictures;
        this.bound = bound;
    }

    void register(RoutesConfig routes) {
        routes.get(PATH, this::page);
        routes.get(PATH + "/{subject}/references/{reference}/image", bound.around(this::image));
    }

    private void page(Context ctx) {
        Query query = new Query(ctx, "prefix", "after", "limit");
        String prefix = query.text("prefix").orElse("");
        String after = query.text("after").orElse("");
        int limit = query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT);
        ctx.json(serving(ctx, gallery -> gallery.subjects(prefix, after, limit)));
    }

    private void image(Context ctx) {
        var unused = new Query(ctx);
        ReferenceKey key = key(ctx);
        PictureAnswer.send(
                ctx,
                picture(ctx, key)
                        .orElseThrow(() -> new NotFoundResponse("the version that serves has no reference %s of %s"
                                .formatted(key.referenceId(), key.subjectId()))),
                PictureAnswer.ASK_AGAIN);
    }

    /** Looks a second time where the record is gone: it may just have been replaced. */
    private Optional<byte[]> picture(Context ctx, ReferenceKey key) {
        Optional<Position> position = serving(ctx, gallery -> gallery.position(key));
        Optional<byte[]> picture = position.flatMap(each -> pictures.reference(key, each));
        if (picture.isPresent() || position.isEmpty()) {
            return picture;
        }
        return serving(ctx, gallery -> gallery.position(key))
                .filter(again -> !again.equals(position.get()))
                .flatMap(again -> pictures.reference(key, again));
    }

    private <T> T serving(Context ctx, Function<Gallery, T> question) {
        try (ModelLease lease = versions.servingNow().orElseThrow(() -> notReady(ctx))) {
            return question.apply(lease.model().gallery());
        }
    }

    private static ServiceUnavailableResponse notReady(Context ctx) {
        ctx.header(Header.RETRY_AFTER, ErrorAnswers.RETRY_AFTER_SECONDS);
        return new ServiceUnavailableResponse("the version that serves is not ready yet: try again");
    }

    private static ReferenceKey key(Context ctx) {
        try {
            return new ReferenceKey(ctx.pathParam("subject"), ctx.pathParam("reference"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }
}
