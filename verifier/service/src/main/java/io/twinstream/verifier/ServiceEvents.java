package io.twinstream.verifier;

import io.twinstream.verifier.events.EventFilter;
import io.twinstream.verifier.events.EventKind;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event {@code service} carries the verifier's figures. Rates and mean times are of the work since the event
 * before.
 */
final class ServiceEvents implements EventKind {
    /** Done work is the work that was done until a time. */
    private record Done(long nanos, long probes, ProbeMetrics.Times embedded, ProbeMetrics.Times matched) {}

    private final Supplier<Map<String, Object>> figures;
    private final Supplier<Map<String, Object>> status;
    private final ProbeMetrics metrics;
    private final Clock clock;
    private Done before;
    private Map<String, Object> body = Map.of();

    /**
     * Creates the event from the parts that know its figures.
     *
     * @param figures the figures that {@code status} doesn't have
     * @param status the fields of {@code /status}
     */
    ServiceEvents(
            Supplier<Map<String, Object>> figures,
            Supplier<Map<String, Object>> status,
            ProbeMetrics metrics,
            Clock clock) {
        this.figures = figures;
        this.status = status;
        this.metrics = metrics;
        this.clock = clock;
        this.before = done(0);
    }

    @Override
    public String name() {
        return "service";
    }

    @Override
    public void round() {
        Map<String, Object> shown = status.get();
        Done now = done(((Number) shown.getOrDefault("probes", 0L)).longValue());
        Map<String, Object> next = new LinkedHashMap<>();
        next.put("timeMs", clock.millis());
        next.putAll(figures.get());
        next.put("state", shown.get("state"));
        next.put("probesPerSecond", perSecond(now.probes() - before.probes(), now.nanos() - before.nanos()));
        next.put("averageBatch", shown.get("averageBatch"));
        next.put("lookAheadHitRate", shown.get("lookAheadHitRate"));
        next.put("embedMillis", now.embedded().meanMillisSince(before.embedded()));
        next.put("matchMillis", now.matched().meanMillisSince(before.matched()));
        next.put("waiting", shown.get("waitingFor"));
        next.put("serving", shown.get("model") + "/" + shown.get("version"));
        next.put("gallerySize", shown.get("gallerySize"));
        next.put("versions", shown.get("versions"));
        next.put("windowsLate", shown.get("windowsLate"));
        before = now;
        body = next;
    }

    @Override
    public Optional<?> news(EventFilter filter) {
        return Optional.of(body);
    }

    @Override
    public Optional<?> current(EventFilter filter) {
        return Optional.of(body);
    }

    private Done done(long probes) {
        return new Done(System.nanoTime(), probes, metrics.embedded(), metrics.matched());
    }

    private static double perSecond(long count, long nanos) {
        return (double) count * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
    }
}
