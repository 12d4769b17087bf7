package io.twinstream.schemas.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
            "second");

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

    @Test
    void theReadmeHoldsTheTableOfTheCode() throws IOException {
        String table = table();

        assertTrue(
                Files.readString(Path.of("..", "..", "README.md")).contains(table),
                "replace README's table of metrics by this one:\n" + table);
    }

    private static String table() {
        return Arrays.stream(Metric.values())
                .map(metric -> "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                metric.id(),
                                metric.service(),
                                metric.type().name().toLowerCase(Locale.ROOT),
                                metric.labels().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
                                metric.meaning()))
                .collect(Collectors.joining(
                        "", "| metric | of | type | labels | meaning |\n|---|---|---|---|---|\n", ""));
    }
}
