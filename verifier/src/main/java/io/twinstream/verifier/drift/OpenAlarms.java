package io.twinstream.verifier.drift;

import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.AlarmKind;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many alarms are raised, by kind, of all series that this process watches. Safe for many threads. */
public final class OpenAlarms {
    private final Map<AlarmKind, Integer> counts = new ConcurrentHashMap<>();

    public void show(MeterRegistry registry) {
        for (AlarmKind kind : AlarmKind.values()) {
            Metric.ALARMS_RAISED.gauge(registry, () -> count(kind), kind.name().toLowerCase(Locale.ROOT));
        }
    }

    int count(AlarmKind kind) {
        return counts.getOrDefault(kind, 0);
    }

    void add(AlarmKind kind, int more) {
        counts.merge(kind, more, Integer::sum);
    }
}
