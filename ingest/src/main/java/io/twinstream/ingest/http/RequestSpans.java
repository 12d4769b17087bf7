package io.twinstream.ingest.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.twinstream.schemas.tracing.Tracing;

/**
 * A span for each request that sends something, current while its handler runs and ended with the answer. It goes on with the
 * trace of the request's {@code traceparent}. Paths can name subjects, so it has the route instead.
 */
final class RequestSpans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    private static final String SPAN = "twinstream.span";
    private static final int SERVER_FAULT = 500;

    /** A trace's context in the headers of a request. */
    private static final TextMapGetter<Context> HEADERS =
            (request, name) -> request == null ? null : request.header(name);

    private final Tracing tracing;

    RequestSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    /** The handler of {@code METHOD route} in a span; where tracing is off, the handler itself. */
    Handler around(String method, String route, Handler handler) {
        return tracing.on() ? request -> handle(method, route, handler, request) : handler;
    }

    /** Ends the span of a request that was answered. */
    void end(Context request) {
        Span span = request.attribute(SPAN);
        if (span != null) {
            int status = request.statusCode();
            span.setAttribute(STATUS, (long) status);
            if (status >= SERVER_FAULT) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    private void handle(String method, String route, Handler handler, Context request) throws Exception {
        Span span = tracing.tracer()
                .spanBuilder(method + " " + route)
                .setParent(tracing.context(request, HEADERS))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, method)
                .setAttribute(ROUTE, route)
                .startSpan();
        request.attribute(SPAN, span);
        try (Scope current = span.makeCurrent()) {
            handler.handle(request);
        }
    }
}
