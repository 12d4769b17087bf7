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
 * Begins a span for each request under {@code /v1/}. It is current while the handler runs, ends with the answer, and
 * continues the trace of the request's {@code traceparent}. It names the route and not the path, since paths can name
 * subjects.
 */
final class RequestSpans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    private static final String SPAN = "twinstream.span";
    private static final int SERVER_FAULT = 500;

    /** Reads a trace's context from the headers of a request. */
    private static final TextMapGetter<Context> HEADERS =
            (request, name) -> request == null ? null : request.header(name);

    private final Tracing tracing;

    RequestSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Wraps a handler in a span named {@code METHOD route}; returns the handler itself where tracing is off. */
    Handler around(String method, String route, Handler handler) {
        return tracing.on() ? request -> handle(method, route, handler, request) : handler;
    }

    /** Ends the span of a request that has its answer. */
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
