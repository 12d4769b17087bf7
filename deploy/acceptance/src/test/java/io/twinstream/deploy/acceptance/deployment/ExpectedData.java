package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.prometheus.Dashboard;
import io.twinstream.deploy.prometheus.MetricNames;
import io.twinstream.deploy.prometheus.PromQuery;
import io.twinstream.deploy.prometheus.RuleFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists what has to have data where all services run: the dashboard's queries, the recorded series, every metric that an alert
 * asks for, and verdicts of a second version, which show that a swap took place.
 *
 * @param queries queries by their names, ready for Prometheus
 * @param ofDashboard how many of them are the dashboard's
 * @param recorded how many are recorded series
 */
record ExpectedData(Map<String, String> queries, int ofDashboard, int recorded) {
    /** Time that rates are taken over: four scrapes. */
    private static final String RATE = "4s";

    /** Reads the files below the folder {@code deploy}. */
    static ExpectedData read(Path deploy) throws IOException {
        List<PromQuery> dashboard = Dashboard.queries(deploy.resolve("grafana/dashboards/twinstream.json"));
        List<String> recorded =
                RuleFile.read(deploy.resolve("prometheus/rules/recording.yml")).recorded();
        Map<String, String> queries = new LinkedHashMap<>();
        dashboard.forEach(query -> queries.put(query.name(), filledIn(query.expression())));
        recorded.forEach(name -> queries.put(name, name));
        for (PromQuery alert :
                RuleFile.read(deploy.resolve("prometheus/rules/alerts.yml")).queries()) {
            MetricNames.in(alert.expression()).forEach(name -> queries.put(name, name));
        }
        queries.put("the swap", "count(count by (version) (twinstream_verdicts_total)) > 1");
        return new ExpectedData(queries, dashboard.size(), recorded.size());
    }

    /** Fills variables in as Grafana does where everything is selected. */
    private static String filledIn(String expression) {
        return expression.replace("$__rate_interval", RATE).replaceAll("\\$(model|source|instance)\\b", ".*");
    }
}
