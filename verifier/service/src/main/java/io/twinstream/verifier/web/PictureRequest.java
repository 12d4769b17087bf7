package io.twinstream.verifier.web;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;

/**
 * Which picture is asked for: {@code /{partition}/{offset}/image?part=}.
 *
 * @param reference whether it is what the probe of a pair was compared with, rather than the probe
 */
record PictureRequest(int partition, long offset, boolean reference) {
    /** Named as in the query. */
    private enum Part {
        probe,
        reference
    }

    /** @throws BadRequestResponse unless partition and offset are numbers, and the part is one of the two */
    static PictureRequest of(Context ctx) {
        Part part = new Query(ctx, "part").word("part", Part.class).orElse(Part.probe);
        return new PictureRequest(
                Math.toIntExact(number(ctx, "partition", Integer.MAX_VALUE)),
                number(ctx, "offset", Long.MAX_VALUE - 1),
                part == Part.reference);
    }

    NotFoundResponse notFound() {
        return new NotFoundResponse(
                "there is no such picture at offset %d of partition %d".formatted(offset, partition));
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
