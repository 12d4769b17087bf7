package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.feed.VerdictEnds;
import io.twinstream.verifier.feed.VerdictView;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code GET /v1/verdicts}: the latest. At most {@value #MOST_AT_ONCE} requests read the topic at a time. */
final class VerdictsApi {
    private static final int MOST_AT_ONCE = 4;
    private static final int MOST = 200;
    private static final int DEFAULT = 50;

    private final VerdictEnds ends;
    private final Bound bound = new Bound(MOST_AT_ONCE);

    VerdictsApi(VerdictEnds ends) {
        this.ends = ends;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/verdicts", bound.around(this::latest));
    }

    private void latest(Context ctx) {
        Query query = new Query(ctx, "limit", "outcome", "task", "source");
        Optional<Outcome> outcome = query.word("outcome", Outcome.class);
        Optional<TaskKind> task = query.word("task", TaskKind.class);
        Optional<String> source = query.text("source");
        Predicate<VerdictView> wanted =
                verdict -> outcome.filter(each -> each != verdict.outcome()).isEmpty()
                        && task.filter(each -> each != verdict.task()).isEmpty()
                        && source.filter(each -> !each.equals(verdict.source())).isEmpty();
        ctx.json(Map.of(
                "verdicts",
                ends.latest(query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT), wanted)));
    }
}
