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
 * else 503. Readiness also has checks of what goes on beside the service's own work; where only those fail, the service is
 * impaired, and the answer is still 200.
 *
 * <pre>
 *   {"status": "ok" | "impaired" | "failing",  with /health/ready also "ready": true | false
 *    "CHECK": true | false, ...                each check by its name, in its order
 *    "numbers": {"CHECK": 42.0},               what was measured, where a check measures
 *    "reasons": {"CHECK": "one line"},         why a check fails and what to do, of each that fails
 *    "error": "one line"}                      with 503, the reasons together, as every error has it
 * </pre>
 *
 * Every check is looked at anew for each request.
 */
public final class Health {
    private final List<HealthCheck> live;
    private final List<HealthCheck> ready;
    private final List<HealthCheck> beside;

    /** Makes the answers of a service that does nothing beside its own work. */
    public Health(ServiceThreads threads, List<HealthCheck> live, List<HealthCheck> ready) {
        this(threads, live, ready, List.of());
    }

    /**
     * Makes the answers of these checks; each also checks that the service's threads are alive.
     *
     * @param live conditions that only a restart restores
     * @param ready conditions that must hold for requests or records to be worked on
     * @param beside conditions without which requests and records are worked on all the same, and somebody has to see to it
     */
    public Health(ServiceThreads threads, List<HealthCheck> live, List<HealthCheck> ready, List<HealthCheck> beside) {
        HealthCheck threadsAlive = HealthCheck.untroubled(
                "threadsAlive", threads::trouble, "see the log for the error, and start the process again");
        this.live = Stream.concat(Stream.of(threadsAlive), live.stream()).toList();
        this.ready = List.copyOf(ready);
        this.beside = List.copyOf(beside);
    }

    public void register(RoutesConfig routes) {
        routes.get("/health/live", ctx -> answer(ctx, live, List.of(), false));
        routes.get("/health/ready", ctx -> answer(ctx, ready, beside, true));
    }

    /** Looks at every check of readiness, and returns the reasons of those that fail by the names of the checks. */
    public Map<String, String> unready() {
        return failing(ready);
    }

    /** Looks at what goes on beside the service's own work, and returns the reasons as {@link #unready} does. */
    public Map<String, String> impaired() {
        return failing(beside);
    }

    private static Map<String, String> failing(List<HealthCheck> checks) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (HealthCheck check : checks) {
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

    private static void answer(Context ctx, List<HealthCheck> checks, List<HealthCheck> beside, boolean saysReady) {
        Map<String, Boolean> held = new LinkedHashMap<>();
        Map<String, Double> numbers = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        look(checks, held, numbers, reasons);
        boolean healthy = reasons.isEmpty();
        look(beside, held, numbers, reasons);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", reasons.isEmpty() ? "ok" : healthy ? "impaired" : "failing");
        if (saysReady) {
            body.put("ready", healthy);
        }
        body.putAll(held);
        if (!numbers.isEmpty()) {
            body.put("numbers", numbers);
        }
        if (!reasons.isEmpty()) {
            body.put("reasons", reasons);
        }
        if (!healthy) {
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

    private static void look(
            List<HealthCheck> checks,
            Map<String, Boolean> held,
            Map<String, Double> numbers,
            Map<String, String> reasons) {
        for (HealthCheck check : checks) {
            HealthCheck.CheckResult finding = check.look().get();
            held.put(check.name(), finding.holds());
            finding.number().ifPresent(number -> numbers.put(check.name(), number));
            if (!finding.holds()) {
                reasons.put(check.name(), reason(finding));
            }
        }
    }
}
