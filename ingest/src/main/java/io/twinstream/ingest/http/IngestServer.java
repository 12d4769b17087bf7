package io.twinstream.ingest.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.settings.HttpSettings;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of ingest. Bodies being read take at most {@link #MAX_THREADS} times the largest request, bodies that
 * wait for the broker at most the publisher's own bound, and connections past {@link #MAX_CONNECTIONS} wait unaccepted.
 */
public final class IngestServer implements AutoCloseable {
    static final int MAX_THREADS = 32;
    static final int MAX_CONNECTIONS = 1_024;

    private static final int MIN_THREADS = 4;
    private static final int IDLE_THREAD_MS = 60_000;
    private static final long STOP_TIMEOUT_MS = 5_000;
    private static final long IDLE_CONNECTION_AT_STOP_MS = 50;

    private static final Logger LOG = LoggerFactory.getLogger(IngestServer.class);

    private final Javalin javalin;
    private final int port;

    private IngestServer(Javalin javalin) {
        this.javalin = javalin;
        this.port = javalin.port();
    }

    /**
     * Starts.
     *
     * @param ready completes when requests can be served; its failure's message is the answer of the readiness check
     * @throws ConfigException if the address can't be listened on
     */
    public static IngestServer start(
            HttpSettings settings,
            ImagePublisher publisher,
            FeedbackDesk desk,
            Supplier<CompletableFuture<Void>> ready) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_THREAD_MS);
        threads.setName("ingest-http");
        Acknowledgement acknowledgement = new Acknowledgement(threads);
        Javalin javalin = Javalin.create(config -> {
            bound(config, threads);
            route(config.routes, settings, acknowledgement, ready);
            config.routes.post("/v1/probes", new ProbeRoute(publisher, acknowledgement));
            new ReferenceRoutes(publisher, acknowledgement).register(config.routes);
            new LabelRoutes(publisher, desk, acknowledgement).register(config.routes);
        });
        try {
            javalin.start(settings.address().getHostAddress(), settings.port());
        } catch (JavalinBindException e) {
            throw new ConfigException("ingest can't listen on %s: %s".formatted(settings, e.getMessage()));
        }
        for (Connector connector : javalin.jettyServer().server().getConnectors()) {
            ((AbstractConnector) connector).setShutdownIdleTimeout(IDLE_CONNECTION_AT_STOP_MS);
        }
        return new IngestServer(javalin);
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    /** Takes no more requests and waits for those that are under way, a few seconds at most. */
    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            LOG.warn("stopped while requests were under way: {}", String.valueOf(e.getCause()));
        }
    }

    private static void bound(JavalinConfig config, QueuedThreadPool threads) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.jetty.modifyServer(server -> {
            server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
            server.insertHandler(new GracefulHandler());
            server.setStopTimeout(STOP_TIMEOUT_MS);
        });
    }

    private static void route(
            RoutesConfig routes,
            HttpSettings settings,
            Acknowledgement acknowledgement,
            Supplier<CompletableFuture<Void>> ready) {
        routes.before("/v1/*", new CallerCheck(settings.token()));
        routes.get("/health/live", ctx -> ctx.json(Map.of("live", true)));
        routes.get(
                "/health/ready",
                ctx -> acknowledgement.answer(
                        ctx, ready.get(), (answer, unused) -> answer.json(Map.of("ready", true))));
        ErrorAnswers.register(routes);
    }
}
