package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.Kind;
import io.twinstream.verifier.control.ModelControl;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Model versions over HTTP: {@code GET /v1/models}, {@code GET /v1/models/{name}/{version}}, {@code POST
 * /v1/models/activations}, {@code POST /v1/models/rollback}. At most {@value #MOST_AT_ONCE} requests read the topics at a
 * time, the others get 503: threads stay free for health and status where the brokers don't answer.
 */
public final class ModelsApi {
    private static final Logger log = LoggerFactory.getLogger(ModelsApi.class);
    private static final int MOST_AT_ONCE = 4;
    private static final String RETRY_AFTER_SECONDS = "5";
    private static final String PATH = "/v1/models";

    private final ModelControl control;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    public ModelsApi(ModelControl control) {
        this.control = control;
    }

    public void register(RoutesConfig routes) {
        routes.get(PATH, bounded(ctx -> ctx.json(Map.of("models", control.list()))));
        routes.get(PATH + "/{name}/{version}", bounded(this::show));
        routes.post(PATH + "/activations", bounded(this::activate));
        routes.post(PATH + "/rollback", bounded(this::rollback));
        routes.exception(ControlException.class, (e, ctx) -> ErrorAnswer.send(ctx, status(e.kind()), e.getMessage()));
        routes.exception(
                HttpResponseException.class,
                (e, ctx) -> ErrorAnswer.send(ctx, HttpStatus.forStatus(e.getStatus()), e.getMessage()));
        routes.exception(KafkaException.class, (e, ctx) -> {
            log.warn("{} {} failed: {}", ctx.method(), ctx.path(), cause(e));
            ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
            ErrorAnswer.send(ctx, HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
        });
        routes.exception(Exception.class, (e, ctx) -> {
            log.error("{} {} failed", ctx.method(), ctx.path(), e);
            ErrorAnswer.send(ctx, HttpStatus.INTERNAL_SERVER_ERROR, "the verifier failed; its log says why");
        });
    }

    /** @throws ControlException if a part breaks the rule of names */
    static ModelId model(String name, String version) {
        try {
            return new ModelId(name, version);
        } catch (IllegalArgumentException e) {
            throw new ControlException(Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void show(Context ctx) {
        ctx.json(control.show(model(ctx.pathParam("name"), ctx.pathParam("version"))));
    }

    private void activate(Context ctx) {
        ActivationBody body = ActivationBody.read(ctx.body());
        ModelId model = body.model();
        boolean serving = body.neededSlot() == ModelSlot.SERVING;
        created(
                ctx,
                serving
                        ? control.activate(
                                Objects.requireNonNull(model), body.when(), body.neededReason(), by(ctx), body.forced())
                        : control.shadow(
                                Optional.ofNullable(model), body.when(), body.neededReason(), by(ctx), body.forced()));
    }

    private void rollback(Context ctx) {
        created(ctx, control.rollback(ActivationBody.read(ctx.body()).rollbackReason(), by(ctx)));
    }

    private Handler bounded(Handler handler) {
        return ctx -> {
            if (!free.tryAcquire()) {
                ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
                throw new ServiceUnavailableResponse("too many requests at a time: try again");
            }
            try {
                handler.handle(ctx);
            } finally {
                free.release();
            }
        };
    }

    private static void created(Context ctx, ActivationOutcome outcome) {
        ctx.status(HttpStatus.CREATED).json(outcome);
    }

    private static String by(Context ctx) {
        return "http " + ctx.ip();
    }

    private static String cause(KafkaException e) {
        return String.valueOf(e.getCause() == null ? e : e.getCause());
    }

    private static HttpStatus status(Kind kind) {
        return switch (kind) {
            case BAD_REQUEST -> HttpStatus.BAD_REQUEST;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
        };
    }
}
