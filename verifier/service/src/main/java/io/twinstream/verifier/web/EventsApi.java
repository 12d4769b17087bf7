package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.events.EventFilter;
import io.twinstream.verifier.events.EventHub;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Answers {@code GET /v1/events} with what happens, as server-sent events. */
public final class EventsApi {
    private static final String TYPE = "text/event-stream";

    private final EventHub hub;

    public EventsApi(EventHub hub) {
        this.hub = hub;
    }

    public void register(RoutesConfig routes) {
        routes.get("/v1/events", this::listen);
    }

    private void listen(Context ctx) {
        QueryParameters query = new QueryParameters(ctx, "task", "source");
        EventFilter filter = new EventFilter(
                query.word("task", TaskKind.class).orElse(null),
                query.text("source").orElse(null));
        if (HttpServer.isHead(ctx)) {
            ctx.contentType(TYPE);
            return;
        }
        if (!hub.reserve()) {
            throw new ServiceUnavailableResponse(
                    "%d listen already, or the verifier stops: try again".formatted(EventHub.MOST_LISTENERS));
        }
        ctx.contentType(TYPE).header("X-Accel-Buffering", "no");
        ctx.future(() -> listening(ctx, filter));
    }

    private CompletableFuture<?> listening(Context ctx, EventFilter filter) {
        try {
            EventStream stream = new EventStream(filter, ctx.res().getOutputStream());
            stream.begin();
            hub.add(stream);
            return stream.ended().whenComplete((done, failure) -> hub.release());
        } catch (IOException | RuntimeException e) {
            hub.release();
            throw new IllegalStateException("no events can be sent", e);
        }
    }
}
