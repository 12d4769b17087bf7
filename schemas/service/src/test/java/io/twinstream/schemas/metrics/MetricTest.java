package io.twinstream.schemas.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
    private static final List<String> RESERVED = List.of("le", "quantile", "job", "instance");

    private static final List<String> UNITS = List.of(
            "bytes",
            "seconds",
            "verdicts",
            "letters",
            "images",
            "failures",
            "hits",
            "misses",
            "probes",
            "state",
            "references",
            "opinions",
            "raised",
            "failures",
            "records",
            "runs",
            "steps",
            "loss",
            "ratio",
            "second",
            "callers",
            "waits");

    @ParameterizedTest
    @EnumSource
    void namesAndLabelsAreAsPrometheusWantsThem(Metric metric) {
        String id = metric.id();

        assertTrue(id.matches("[a-z]+(_[a-z]+)+"), id);
        assertEquals(metric.type() == Metric.MetricType.COUNTER, id.endsWith("_total"), id);
        assertTrue(UNITS.contains(metric.unit()), id);
        assertTrue(metric.meaning().matches("[A-Z0-9].*\\."), metric.meaning());
        for (String label : metric.labels()) {
            assertTrue(label.matches("[a-z]+(_[a-z]+)*") && !RESERVED.contains(label), label);
        }
    }

    @Test
    void noTwoHaveOneName() {
        assertEquals(
                Metric.values().length,
                Arrays.stream(Metric.values()).map(Metric::id).distinct().count());
    }

    @Test
    void aMeterHasAllOfItsLabelsOrIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> Metric.DEAD_LETTERS.counter(new SimpleMeterRegistry(), "a", "b"));
    }
}
