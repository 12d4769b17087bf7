package io.twinstream.deploy.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.twinstream.schemas.metrics.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueriesTest {
    private static final Path DASHBOARD = Path.of("grafana/dashboards/twinstream.json");
    private static final Path RECORDING = Path.of("prometheus/rules/recording.yml");
    private static final Path ALERTS = Path.of("prometheus/rules/alerts.yml");

    @Test
    void whatDashboardAndRulesAskForIsDeclaredRecordedOrOfTheJvmAndKafka() throws Exception {
        Set<String> known = new TreeSet<>(RuleFile.read(RECORDING).recorded());
        known.add("up");
        Stream.of(Metric.values()).forEach(metric -> known.addAll(series(metric)));
        List<PromQuery> queries = new ArrayList<>(Dashboard.queries(DASHBOARD));
        queries.addAll(RuleFile.read(RECORDING).queries());
        queries.addAll(RuleFile.read(ALERTS).queries());

        List<String> unknown = queries.stream()
                .flatMap(query -> MetricNames.in(query.expression()).stream()
                        .filter(name -> !known.contains(name) && !name.matches("(kafka|jvm|process_files)_.+"))
                        .map(name -> query.name() + ": " + name))
                .toList();

        assertEquals(List.of(), unknown);
        assertEquals(
                List.of(),
                queries.stream()
                        .filter(query -> MetricNames.in(query.expression()).isEmpty())
                        .toList());
    }

    @Test
    void everyMetricOfOursIsOnTheDashboard() throws Exception {
        Set<String> shown = new TreeSet<>();
        for (PromQuery query : Dashboard.queries(DASHBOARD)) {
            shown.addAll(MetricNames.in(query.expression()));
        }

        assertEquals(
                List.of(),
                Stream.of(Metric.values())
                        .filter(metric -> series(metric).stream().noneMatch(shown::contains))
                        .toList());
    }

    @Test
    void everyShareOfMatchesIsAmongDecidedVerdictsAsOnThePageAndInAlarms() throws Exception {
        List<PromQuery> shares = new ArrayList<>(Dashboard.queries(DASHBOARD));
        shares.addAll(RuleFile.read(RECORDING).queries());
        shares.addAll(RuleFile.read(ALERTS).queries());
        shares.removeIf(query -> !query.expression().contains("outcome=\"match\"")
                || !query.expression().contains("/"));

        assertFalse(shares.isEmpty());
        assertEquals(
                List.of(),
                shares.stream()
                        .filter(query -> !query.expression()
                                .substring(query.expression().indexOf('/'))
                                .contains("outcome!=\"undecided\""))
                        .toList());
    }

    @Test
    void everyAlertHasASummaryAndSaysWhatToDo() throws Exception {
        assertEquals(List.of(), RuleFile.read(ALERTS).mute());
    }

    @Test
    void namesAreFoundAmongWhatElseAnExpressionHolds() {
        assertEquals(
                Set.of("a_total", "b:c:rate5m", "d"),
                MetricNames.in(
                        "sum by (x, y) (rate(a_total{l=\"m} n\", o=~\"$p\"}[$__rate_interval])) / on (q) b:c:rate5m > 3e9 unless (-d offset 5m) == 1"));
    }

    private static List<String> series(Metric metric) {
        return switch (metric.type()) {
            case COUNTER, GAUGE -> List.of(metric.id());
            case HISTOGRAM ->
                Stream.of("_bucket", "_count", "_sum", "_max")
                        .map(suffix -> metric.id() + suffix)
                        .toList();
        };
    }
}
