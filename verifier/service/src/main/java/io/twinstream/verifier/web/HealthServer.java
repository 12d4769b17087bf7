package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.http.Check;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * Liveness, readiness and status over HTTP: {@code GET /health/live}, {@code /health/ready}, {@code /status}, and what the
 * API is, {@code /openapi.yaml}: open to every caller, beside routes under {@code /v1}, which aren't.
 */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param status what {@code /status} shows
     * @param more adds further routes
     * @throws ConfigException if the address can't be listened on
     */
    public static HealthServer start(
            HttpSettings settings,
            ServiceThreads threads,
            List<Check> live,
            List<Check> ready,
            Supplier<Map<String, Object>> status,
            Consumer<RoutesConfig> more) {
        return new HealthServer(HttpServer.start(settings, threads, (routes, executor) -> {
            Health.register(routes, live, ready);
            routes.get("/status", context -> context.json(status.get()));
            OpenApi.register(routes);
            ApiErrors.register(routes);
            more.accept(routes);
        }));
    }

    public int port() {
        return server.port();
    }

    /** What is served, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return server.routes();
    }

    @Override
    public void close() {
        server.close();
    }
}
