package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.twinstream.verifier.feed.Pictures;
import java.util.Optional;

/** {@code GET /v1/probes/{partition}/{offset}/image}: a probe's picture. */
final class ProbesApi {
    /** Named as in the query. */
    private enum Part {
        probe,
        reference
    }

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
        Part part = new Query(ctx, "part").word("part", Part.class).orElse(Part.probe);
        int partition = Math.toIntExact(number(ctx, "partition", Integer.MAX_VALUE));
        long offset = number(ctx, "offset", Long.MAX_VALUE - 1);
        Optional<byte[]> picture =
                part == Part.probe ? pictures.probe(partition, offset) : pictures.reference(partition, offset);
        PictureAnswer.send(
                ctx,
                picture.orElseThrow(() -> new NotFoundResponse(
                        "there is no such picture at offset %d of partition %d".formatted(offset, partition))),
                PictureAnswer.FOR_GOOD);
    }

    private static long number(Context ctx, String name, long most) {
        try {
            long number = Long.parseLong(ctx.pathParam(name));
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BadRequestResponse("the %s must be a whole number from 0 on".formatted(name));
    }
}
