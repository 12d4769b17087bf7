package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpStatus;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.feedback.FeedbackException;
import io.twinstream.ingest.feedback.FeedbackException.FeedbackFault;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.tracing.Tracing;
import java.util.concurrent.Executor;

/**
 * Registers the routes of ingest, which {@code openapi.yaml} describes. {@link RequestImages} bounds the bytes of bodies that
 * are being read, and the publisher those that wait for the broker.
 */
public final class IngestRoutes {
    private final ImagePublisher publisher;
    private final FeedbackDesk desk;
    private final ResultDesk results;
    private final Tracing tracing;

    public IngestRoutes(ImagePublisher publisher, FeedbackDesk desk, ResultDesk results, Tracing tracing) {
        this.publisher = publisher;
        this.desk = desk;
        this.results = results;
        this.tracing = tracing;
    }

    /**
     * Adds the routes and the answers to their exceptions.
     *
     * @param threads the server's own, for answers that come later
     */
    public void register(RoutesConfig routes, Executor threads) {
        RequestImages images = new RequestImages(publisher);
        RequestSpans spans = new RequestSpans(tracing);
        Acknowledgement acknowledgement = new Acknowledgement(threads);
        routes.post(
                ProbeRoute.PATH,
                spans.around("POST", ProbeRoute.PATH, new ProbeRoute(publisher, results, images, acknowledgement)));
        new VerdictRoute(results, acknowledgement).register(routes, spans);
        new ReferenceRoutes(publisher, images, acknowledgement).register(routes, spans);
        new LabelRoutes(publisher, images, desk, acknowledgement).register(routes, spans);
        routes.after("/v1/*", spans::end);
        ErrorAnswer.refuses(routes, ImageRefusedException.class, e -> status(e.fault()));
        ErrorAnswer.refuses(routes, InvalidRequestException.class, e -> HttpStatus.BAD_REQUEST);
        ErrorAnswer.refuses(routes, FeedbackException.class, e -> status(e.fault()));
        ErrorAnswer.refuses(
                routes,
                PublishException.class,
                e -> e.fault() == PublishFault.TOO_LARGE
                        ? HttpStatus.CONTENT_TOO_LARGE
                        : HttpStatus.SERVICE_UNAVAILABLE);
    }

    private static HttpStatus status(FeedbackFault fault) {
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
