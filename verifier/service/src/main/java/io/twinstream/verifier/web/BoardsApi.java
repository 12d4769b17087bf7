package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.verifier.board.Alarms;
import io.twinstream.verifier.board.BoardUnreadException;
import io.twinstream.verifier.board.TrainingRuns;
import java.util.Map;

/**
 * Answers {@code GET /v1/alarms}, {@code /v1/training-runs} and {@code /v1/training-runs/{id}} from memory, as the
 * topics have it. A run that isn't known is looked for where an open transaction hides it, by at most {@value
 * #MOST_AT_ONCE} requests at a time.
 */
final class BoardsApi {
    private static final String RUNS = "/v1/training-runs";
    private static final int MOST_AT_ONCE = 4;

    private final Alarms alarms;
    private final TrainingRuns runs;

    BoardsApi(Alarms alarms, TrainingRuns runs) {
        this.alarms = alarms;
        this.runs = runs;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/alarms", ctx -> ctx.json(Map.of("alarms", alarms.latest())));
        routes.get(RUNS, ctx -> ctx.json(Map.of("runs", runs.latest())));
        routes.get(RUNS + "/{id}", new RequestLimit(MOST_AT_ONCE).around(this::run));
        ErrorAnswer.refuses(routes, BoardUnreadException.class, e -> HttpStatus.SERVICE_UNAVAILABLE);
    }

    private void run(Context ctx) {
        String id = ctx.pathParam("id");
        ctx.json(runs.find(id).orElseThrow(() -> new NotFoundResponse("there is no training run '%s'".formatted(id))));
    }
}
