package io.twinstream.verifier.drift;

import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.AlarmAbout;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many alarms are raised, by what they are about, of all series that this process watches. Safe for many threads. */
public final class OpenAlarms {
    private final Map<AlarmAbout, Integer> counts = new ConcurrentHashMap<>();

    public void show(MeterRegistry registry) {
        for (AlarmAbout about : AlarmAbout.values()) {
            Metric.ALARMS_RAISED.gauge(
                    registry, () -> count(about), about.name().toLowerCase(Locale.ROOT));
        }
    }

    int count(AlarmAbout about) {
        return counts.getOrDefault(about, 0);
    }

    void add(AlarmAbout about, int more) {
        counts.merge(about, more, Integer::sum);
    }
}
