package io.twinstream.trainer.service;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/training-runs} asks for a run, {@code GET} lists them, {@code GET /v1/training-runs/{id}} shows one with
 * its history, {@code DELETE} cancels it. Every instance answers: what is asked goes to the topic.
 */
final class RunRoutes {
    private static final Logger log = LoggerFactory.getLogger(RunRoutes.class);
    private static final String PATH = "/v1/training-runs";
    private static final String ONE = PATH + "/{id}";
    private static final String ID = "id";
    private static final String RETRY_AFTER_SECONDS = "5";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RunBoard board;
    private final RequestCheck check;
    private final RunRecords records;
    private final TopicFollower follower;
    private final Clock clock;

    RunRoutes(RunBoard board, RequestCheck check, RunRecords records, TopicFollower follower, Clock clock) {
        this.board = board;
        this.check = check;
        this.records = records;
        this.follower = follower;
        this.clock = clock;
    }

    void register(RoutesConfig routes) {
        routes.before(PATH + "*", ctx -> requireCaughtUp());
        routes.post(PATH, this::ask);
        routes.get(
                PATH,
                ctx -> ctx.json(
                        Map.of("runs", board.all().stream().map(RunJson::run).toList())));
        routes.get(ONE, this::show);
        routes.delete(ONE, this::cancel);
        routes.exception(
                RequestRefusedException.class, (e, ctx) -> ErrorAnswer.send(ctx, status(e.fault()), e.getMessage()));
        routes.exception(KafkaException.class, (e, ctx) -> {
            ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
            ErrorAnswer.send(ctx, HttpStatus.SERVICE_UNAVAILABLE, "the topics can't be used: " + e.getMessage());
        });
        routes.exception(Exception.class, (e, ctx) -> {
            log.error("{} {} failed", ctx.method(), ctx.path(), e);
            ErrorAnswer.send(ctx, HttpStatus.INTERNAL_SERVER_ERROR, "the trainer failed; its log says why");
        });
    }

    private void ask(Context ctx) throws RequestRefusedException, InterruptedException {
        RunBody body = RunBody.read(ctx.body());
        Train train = body.train();
        String id = body.id() == null ? UUID.randomUUID().toString() : body.id();
        Optional<RunSnapshot> known = board.find(id);
        if (known.isPresent() && !known.get().train().equals(train)) {
            throw new RequestRefusedException(
                    RequestRefusedException.Fault.CONFLICT, "there is another run %s: take another id".formatted(id));
        }
        if (known.isEmpty()) {
            String by = body.by() == null ? "http " + ctx.ip() : body.by();
            TrainingRequest request = new TrainingRequest(id, clock.instant(), by, train);
            check.check(request, train, board.all());
            records.request(request);
        }
        ctx.status(HttpStatus.ACCEPTED).json(Map.of(ID, id));
    }

    private void show(Context ctx) {
        RunSnapshot run = run(ctx);
        Map<String, Object> json = new LinkedHashMap<>(RunJson.run(run));
        List<Map<String, Object>> history =
                board.history(run.id()).stream().map(RunJson::progress).toList();
        json.put("history", history);
        ctx.json(json);
    }

    private void cancel(Context ctx) throws RequestRefusedException, InterruptedException {
        RunSnapshot run = run(ctx);
        if (run.ended()) {
            throw new RequestRefusedException(
                    RequestRefusedException.Fault.CONFLICT,
                    "run %s has ended: %s".formatted(run.id(), run.state().name()));
        }
        if (!run.cancelled()) {
            records.request(new TrainingRequest(run.id(), clock.instant(), "http " + ctx.ip(), new Cancel()));
        }
        ctx.status(HttpStatus.ACCEPTED).json(Map.of(ID, run.id()));
    }

    /** What is known is answered at once; that there is no such run only when all is known that stands on the topics. */
    private RunSnapshot run(Context ctx) {
        String id = ctx.pathParam(ID);
        Optional<RunSnapshot> known = board.find(id);
        if (known.isEmpty()) {
            follower.requireComplete(PATIENCE);
        }
        return known.or(() -> board.find(id))
                .orElseThrow(() -> new NotFoundResponse("there is no training run '%s'".formatted(id)));
    }

    private void requireCaughtUp() {
        if (!follower.caughtUp()) {
            throw new ServiceUnavailableResponse("the trainer has not read its topics yet: try again");
        }
    }

    private static HttpStatus status(RequestRefusedException.Fault fault) {
        return switch (fault) {
            case INVALID -> HttpStatus.BAD_REQUEST;
            case MISSING -> HttpStatus.UNPROCESSABLE_CONTENT;
            case CONFLICT -> HttpStatus.CONFLICT;
            case BUSY -> HttpStatus.TOO_MANY_REQUESTS;
        };
    }
}
