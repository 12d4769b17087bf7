package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.verifier.feed.DeadLetters;
import java.util.Map;

/**
 * {@code GET /v1/dead-letters} and {@code /v1/dead-letters/{partition}/{offset}/image}: what couldn't be judged, and why. At most
 * {@value #MOST_AT_ONCE} requests at a time read the topic, whose records may be large.
 */
final class DeadLettersApi {
    private static final String LETTERS = "/v1/dead-letters";
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST = 200;
    private static final int DEFAULT = 50;

    private final DeadLetters letters;

    DeadLettersApi(DeadLetters letters) {
        this.letters = letters;
    }

    void register(RoutesConfig routes) {
        Bound bound = new Bound(MOST_AT_ONCE);
        routes.get(LETTERS, bound.around(this::latest));
        routes.get(LETTERS + "/{partition}/{offset}/image", bound.around(this::image));
    }

    private void latest(Context ctx) {
        long limit = new Query(ctx, "limit").number("limit", 1, MOST).orElse((long) DEFAULT);
        ctx.json(Map.of("letters", letters.latest(Math.toIntExact(limit))));
    }

    private void image(Context ctx) {
        PictureRequest asked = PictureRequest.of(ctx);
        PictureAnswer.send(
                ctx,
                letters.picture(asked.partition(), asked.offset(), asked.reference())
                        .orElseThrow(asked::notFound),
                PictureAnswer.FOR_GOOD);
    }
}
