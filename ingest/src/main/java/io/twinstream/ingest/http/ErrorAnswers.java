package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.twinstream.ingest.feedback.FeedbackException;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into a status and {@code {"error": "one line"}}. */
final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private ErrorAnswers() {}

    static void register(RoutesConfig routes) {
        routes.exception(
                ImageRefusedException.class, (e, ctx) -> ErrorAnswer.send(ctx, status(e.fault()), e.getMessage()));
        routes.exception(
                InvalidRequestException.class,
                (e, ctx) -> ErrorAnswer.send(ctx, HttpStatus.BAD_REQUEST, e.getMessage()));
        routes.exception(PublishException.class, ErrorAnswers::notPublished);
        routes.exception(
                IOException.class,
                (e, ctx) -> ErrorAnswer.send(ctx, HttpStatus.BAD_REQUEST, "the body can't be read: " + e.getMessage()));
        routes.exception(Exception.class, ErrorAnswers::unexpected);
    }

    static void notPublished(PublishException e, Context ctx) {
        if (e.fault() == PublishException.Fault.TOO_LARGE) {
            ErrorAnswer.send(ctx, HttpStatus.CONTENT_TOO_LARGE, e.getMessage());
            return;
        }
        ctx.header(Header.RETRY_AFTER, RETRY_AFTER_SECONDS);
        ErrorAnswer.send(ctx, HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
    }

    static void noLabel(FeedbackException e, Context ctx) {
        ErrorAnswer.send(ctx, status(e.fault()), e.getMessage());
    }

    static void unexpected(Throwable e, Context ctx) {
        LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
        ErrorAnswer.send(ctx, HttpStatus.INTERNAL_SERVER_ERROR, "ingest failed; its log says why");
    }

    private static HttpStatus status(FeedbackException.Fault fault) {
        return switch (fault) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case NOBODY_NAMED -> HttpStatus.CONFLICT;
            case IMAGE_REFUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
        };
    }

    private static HttpStatus status(ImageFault fault) {
        return switch (fault) {
            case EMPTY -> HttpStatus.BAD_REQUEST;
            case TOO_MANY_BYTES -> HttpStatus.CONTENT_TOO_LARGE;
            case UNKNOWN_TYPE -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
            case TOO_SMALL, TOO_MANY_PIXELS, UNSUPPORTED_LAYOUT, DAMAGED, STUCK -> HttpStatus.UNPROCESSABLE_CONTENT;
        };
    }
}
