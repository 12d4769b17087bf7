package io.twinstream.schemas.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.threads.ServiceThreads;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves the health answers of a service, {@code GET /health/live} and {@code GET /health/ready}: 200 where every check holds,
 * else 503.
 *
 * <pre>
 *   {"status": "ok" | "failing",        with /health/ready also "ready": true | false
 *    "CHECK": true | false, ...         each check by its name, in its order
 *    "numbers": {"CHECK": 42.0},        what was measured, where a check measures
 *    "reasons": {"CHECK": "one line"},  why a check fails and what to do, of each that fails
 *    "error": "one line"}               the reasons together, as every error has it
 * </pre>
 *
 * Every check is looked at anew for each request.
 */
public final class Health {
    private final List<HealthCheck> live;
    private final List<HealthCheck> ready;

    /**
     * Makes the answers of these checks; each also checks that the service's threads are alive.
     *
     * @param live conditions that only a restart restores
     * @param ready conditions that must hold for requests or records to be worked on
     */
    public Health(ServiceThreads threads, List<HealthCheck> live, List<HealthCheck> ready) {
        HealthCheck threadsAlive = HealthCheck.untroubled(
                "threadsAlive", threads::trouble, "see the log for the error, and start the process again");
        this.live = Stream.concat(Stream.of(threadsAlive), live.stream()).toList();
        this.ready = List.copyOf(ready);
    }

    public void register(RoutesConfig routes) {
        routes.get("/health/live", ctx -> answer(ctx, live, false));
        routes.get("/health/ready", ctx -> answer(ctx, ready, true));
    }

    /** Looks at every check of readiness, and returns the reasons of those that fail by the names of the checks. */
    public Map<String, String> unready() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (HealthCheck check : ready) {
            HealthCheck.CheckResult finding = check.look().get();
            if (!finding.holds()) {
                reasons.put(check.name(), reason(finding));
            }
        }
        return reasons;
    }

    private static String reason(HealthCheck.CheckResult finding) {
        return ForeignText.line(ErrorAnswer.withoutClasses(finding.reason()));
    }

    private static void answer(Context ctx, List<HealthCheck> checks, boolean saysReady) {
        Map<String, Boolean> held = new LinkedHashMap<>();
        Map<String, Double> numbers = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        for (HealthCheck check : checks) {
            HealthCheck.CheckResult finding = check.look().get();
            held.put(check.name(), finding.holds());
            finding.number().ifPresent(number -> numbers.put(check.name(), number));
            if (!finding.holds()) {
                reasons.put(check.name(), reason(finding));
            }
        }
        boolean healthy = reasons.isEmpty();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", healthy ? "ok" : "failing");
        if (saysReady) {
            body.put("ready", healthy);
        }
        body.putAll(held);
        if (!numbers.isEmpty()) {
            body.put("numbers", numbers);
        }
        if (!healthy) {
            body.put("reasons", reasons);
            body.put(
                    "error",
                    reasons.entrySet().stream()
                            .map(each -> each.getKey() + ": " + each.getValue())
                            .collect(Collectors.joining("; ")));
            ctx.header(Header.RETRY_AFTER, ErrorAnswer.RETRY_AFTER_SECONDS);
        }
        ctx.header(Header.CACHE_CONTROL, "no-store");
        ctx.status(healthy ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).json(body);
    }
}
