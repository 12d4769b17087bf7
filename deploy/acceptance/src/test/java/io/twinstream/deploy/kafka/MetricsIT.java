package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetricsIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @Test
    void aVerifierShowsWhatItHasDone() throws Exception {
        try (Services services = Services.start(broker.bootstrapServers(), broker.claim("metrics"))) {
            byte[] image = new DrawnCharacters(7).png(0, 0);
            Verdict undecided = services.identify(image);
            services.enrol("alice", image);
            services.claim("alice", image);
            services.claim("alice", image);
            services.produceRaw("broken", new byte[] {7});
            services.deadLetter("broken");

            String shown = services.verifierMetrics();

            String model = "model=\"" + undecided.getModelName() + "\"";
            assertEquals(1, value(shown, Metric.VERDICTS, model, "outcome=\"undecided\"", "task=\"identify\""));
            assertEquals(2, value(shown, Metric.VERDICTS, model, "outcome=\"match\"", "task=\"claim\""));
            assertEquals(1, value(shown, Metric.DEAD_LETTERS, "reason=\"NOT_A_PROBE\""));
            assertEquals(1, value(shown, Metric.GALLERY, model));
            assertEquals(1, value(shown, Metric.VERSION_STATE, model, "state=\"ready\""));
            assertEquals(0, value(shown, Metric.VERSION_STATE, model, "state=\"refused\""));
            assertEquals(4, value(shown, Metric.HITS) + value(shown, Metric.MISSES));
            assertTrue(value(shown, Metric.RESIDENT) > 1e7, shown);
            assertTrue(shown.contains("\nkafka_stream_") && shown.contains("\nkafka_consumer_"), shown);
            assertTrue(shown.contains("\n" + Metric.LATENCY.id() + "_count 3"), shown);
            List<String> missing = Arrays.stream(Metric.values())
                    .filter(metric ->
                            List.of("verifier", "every service").contains(metric.service()) && metric != Metric.SHADOW)
                    .map(metric -> "# HELP " + metric.id() + " " + metric.meaning() + "\n")
                    .filter(help -> !shown.contains(help))
                    .toList();
            assertEquals(List.of(), missing);
        }
    }

    private static double value(String shown, Metric metric, String... labels) {
        List<Double> values = shown.lines()
                .filter(line -> line.matches(Pattern.quote(metric.id()) + "[ {].*")
                        && Arrays.stream(labels).allMatch(line::contains))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertEquals(1, values.size(), metric.id() + Arrays.toString(labels) + "\n" + shown);
        return values.get(0);
    }
}
