package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.verifier.feed.Pictures;
import java.util.Optional;

/** {@code GET /v1/probes/{partition}/{offset}/image}: a probe's picture. */
final class ProbesApi {
    private final Pictures pictures;
    private final Bound bound;

    ProbesApi(Pictures pictures, Bound bound) {
        this.pictures = pictures;
        this.bound = bound;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/probes/{partition}/{offset}/image", bound.around(this::image));
    }

    private void image(Context ctx) {
        PictureRequest asked = PictureRequest.of(ctx);
        Optional<byte[]> picture = asked.reference()
                ? pictures.reference(asked.partition(), asked.offset())
                : pictures.probe(asked.partition(), asked.offset());
        PictureAnswer.send(ctx, picture.orElseThrow(asked::notFound), PictureAnswer.FOR_GOOD);
    }
}
