package io.twinstream.ingest.http;

import io.javalin.config.RoutesConfig;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.http.Check;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.tracing.Tracing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * The HTTP server of ingest. Bodies being read take at most what {@link RequestImages} has room for, and bodies that wait for the
 * broker at most the publisher's own bound.
 */
public final class IngestServer implements AutoCloseable {
    private final HttpServer server;

    private IngestServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts.
     *
     * @param ready completes when requests can be served; its failure's message is the answer of the readiness check
     * @param more adds further routes
     * @throws ConfigException if the address can't be listened on
     */
    public static IngestServer start(
            HttpSettings settings,
            ServiceThreads threads,
            ImagePublisher publisher,
            FeedbackDesk desk,
            Supplier<CompletableFuture<Void>> ready,
            Tracing tracing,
            Consumer<RoutesConfig> more) {
        return new IngestServer(HttpServer.start(settings, threads, (routes, executor) -> {
            route(routes, threads, publisher, desk, new Acknowledgement(executor), ready, new RequestSpans(tracing));
            more.accept(routes);
        }));
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /** Takes no more requests and waits for those that are under way, a few seconds at most. */
    @Override
    public void close() {
        server.close();
    }

    private static void route(
            RoutesConfig routes,
            ServiceThreads threads,
            ImagePublisher publisher,
            FeedbackDesk desk,
            Acknowledgement acknowledgement,
            Supplier<CompletableFuture<Void>> ready,
            RequestSpans spans) {
        RequestImages images = new RequestImages(publisher);
        routes.post(
                ProbeRoute.PATH,
                spans.around("POST", ProbeRoute.PATH, new ProbeRoute(publisher, images, acknowledgement)));
        new ReferenceRoutes(publisher, images, acknowledgement).register(routes, spans);
        new LabelRoutes(publisher, images, desk, acknowledgement).register(routes);
        routes.after("/v1/*", spans::end);
        Health.live(routes, List.of(Check.untroubled("threadsAlive", threads::trouble)));
        routes.get(
                "/health/ready",
                ctx -> acknowledgement.answer(
                        ctx, ready.get(), (answer, unused) -> answer.json(Map.of("ready", true))));
        ErrorAnswers.register(routes);
    }
}
