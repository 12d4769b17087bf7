package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.Kind;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into a status and {@code {"error": "one line"}}. */
final class ApiErrors {
    static final String RETRY_AFTER_SECONDS = "5";

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);

    private ApiErrors() {}

    static void register(RoutesConfig routes) {
        routes.exception(ControlException.class, (e, ctx) -> ErrorAnswer.send(ctx, status(e.kind()), e.getMessage()));
        routes.exception(KafkaException.class, (e, ctx) -> {
            log.warn("{} {} failed: {}", ctx.method(), ctx.path(), cause(e));
            ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
            ErrorAnswer.send(ctx, HttpStatus.SERVICE_UNAVAILABLE, message(e));
        });
        routes.exception(Exception.class, (e, ctx) -> {
            log.error("{} {} failed", ctx.method(), ctx.path(), e);
            ErrorAnswer.send(ctx, HttpStatus.INTERNAL_SERVER_ERROR, "the verifier failed; its log says why");
        });
    }

    private static String cause(KafkaException e) {
        return String.valueOf(e.getCause() == null ? e : e.getCause());
    }

    /** What the brokers forbid is said as well: trying again is of no use. */
    private static String message(KafkaException e) {
        return e.getCause() instanceof AuthorizationException
                ? e.getMessage() + ": " + e.getCause().getMessage()
                : String.valueOf(e.getMessage());
    }

    private static HttpStatus status(Kind kind) {
        return switch (kind) {
            case BAD_REQUEST -> HttpStatus.BAD_REQUEST;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
        };
    }
}
