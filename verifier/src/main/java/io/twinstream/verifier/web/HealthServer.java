package io.twinstream.verifier.web;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * Liveness, readiness and status over HTTP: {@code GET /health/live}, {@code /health/ready}, {@code /status}. Answers
 * 200 where every check holds, else 503, with each check by name.
 */
public final class HealthServer implements AutoCloseable {
    private final Javalin server;

    private HealthServer(Javalin server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param port 0 for a free one
     * @param status what {@code /status} shows
     */
    public static HealthServer start(
            String host, int port, List<Check> live, List<Check> ready, Supplier<Map<String, Object>> status) {
        Javalin server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/health/live", context -> answer(context, live));
            config.routes.get("/health/ready", context -> answer(context, ready));
            config.routes.get("/status", context -> context.json(status.get()));
        });
        try {
            return new HealthServer(server.start(host, port));
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException("can't listen on %s:%d: %s".formatted(host, port, cause.getMessage()), e);
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void answer(Context context, List<Check> checks) {
        Map<String, Boolean> results = new LinkedHashMap<>();
        checks.forEach(check -> results.put(check.name(), check.holds().getAsBoolean()));
        context.status(results.containsValue(false) ? 503 : 200).json(results);
    }
}
