package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.result.VerdictView;
import io.twinstream.verifier.feed.DeadLetters;
import io.twinstream.verifier.feed.LatestVerdicts;
import io.twinstream.verifier.feed.TopicPictures;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Answers {@code GET /v1/verdicts} with the latest verdicts, or the
 * latest of a time, {@code /v1/dead-letters} with what couldn't be judged and
 * why, and {@code /v1/probes/{partition}/{offset}/image} and {@code /v1/dead-letters/{partition}/{offset}/image} with
 * their pictures. At most {@value #MOST_AT_ONCE} requests at a time read verdicts, and as many read dead letters, whose
 * records may be large.
 */
final class FeedApi {
    private static final String LETTERS = "/v1/dead-letters";
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST = 200;
    private static final int DEFAULT = 50;

    private final LatestVerdicts verdicts;
    private final DeadLetters letters;
    private final TopicPictures pictures;
    private final RequestLimit fetching;

    /**
     * Creates the routes.
     *
     * @param fetching limits the requests that fetch pictures of probes
     */
    FeedApi(LatestVerdicts verdicts, DeadLetters letters, TopicPictures pictures, RequestLimit fetching) {
        this.verdicts = verdicts;
        this.letters = letters;
        this.pictures = pictures;
        this.fetching = fetching;
    }

    void register(RoutesConfig routes) {
        RequestLimit readingLetters = new RequestLimit(MOST_AT_ONCE);
        routes.get("/v1/verdicts", new RequestLimit(MOST_AT_ONCE).around(this::latestVerdicts));
        routes.get("/v1/probes/{partition}/{offset}/image", fetching.around(this::probePicture));
        routes.get(LETTERS, readingLetters.around(this::latestLetters));
        routes.get(LETTERS + "/{partition}/{offset}/image", readingLetters.around(this::letterPicture));
    }

    private void latestVerdicts(Context ctx) {
        QueryParameters query = new QueryParameters(ctx, "limit", "outcome", "task", "source", "from", "to");
        Optional<Instant> from =
                query.number("from", 0, QueryParameters.MOST_MS).map(Instant::ofEpochMilli);
        Optional<Instant> to = query.number("to", 0, QueryParameters.MOST_MS).map(Instant::ofEpochMilli);
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new BadRequestResponse("from must be before to, was %s and %s".formatted(from.get(), to.get()));
        }
        Optional<Outcome> outcome = query.word("outcome", Outcome.class);
        Optional<TaskKind> task = query.word("task", TaskKind.class);
        Optional<String> source = query.text("source");
        Predicate<VerdictView> wanted =
                verdict -> outcome.filter(each -> each != verdict.outcome()).isEmpty()
                        && task.filter(each -> each != verdict.task()).isEmpty()
                        && source.filter(each -> !each.equals(verdict.source())).isEmpty();
        int limit = limit(query);
        ctx.json(Map.of(
                "verdicts",
                from.isEmpty() && to.isEmpty()
                        ? verdicts.latest(limit, wanted)
                        : verdicts.between(from.orElse(Instant.EPOCH), to.orElse(null), limit, wanted)));
    }

    private void latestLetters(Context ctx) {
        ctx.json(Map.of("letters", letters.latest(limit(new QueryParameters(ctx, "limit")))));
    }

    private static int limit(QueryParameters query) {
        return query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT);
    }

    private void probePicture(Context ctx) {
        PictureRequest asked = PictureRequest.of(ctx);
        Optional<byte[]> picture = asked.reference()
                ? pictures.reference(asked.partition(), asked.offset())
                : pictures.probe(asked.partition(), asked.offset());
        PictureAnswer.send(ctx, picture.orElseThrow(asked::notFound), PictureAnswer.FOR_GOOD);
    }

    private void letterPicture(Context ctx) {
        PictureRequest asked = PictureRequest.of(ctx);
        PictureAnswer.send(
                ctx,
                letters.picture(asked.partition(), asked.offset(), asked.reference())
                        .orElseThrow(asked::notFound),
                PictureAnswer.FOR_GOOD);
    }

    /**
     * A picture request names the picture that {@code /{partition}/{offset}/image?part=} asks for.
     *
     * @param reference true for the picture that a pair's probe was compared with, false for the probe's own
     */
    private record PictureRequest(int partition, long offset, boolean reference) {
        /** The parts of a pair have the names of the query. */
        private enum Part {
            probe,
            reference
        }

        /**
         * Reads a request.
         *
         * @throws BadRequestResponse unless partition and offset are numbers, and the part is one of the two
         */
        static PictureRequest of(Context ctx) {
            Part part =
                    new QueryParameters(ctx, "part").word("part", Part.class).orElse(Part.probe);
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
                // The line below says so.
            }
            throw new BadRequestResponse("the %s must be a whole number from 0 on".formatted(name));
        }
    }
}
