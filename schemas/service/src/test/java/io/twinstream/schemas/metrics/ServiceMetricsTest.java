package io.twinstream.schemas.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Tags;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceMetricsTest {
    private final ServiceMetrics metrics = new ServiceMetrics(new ServiceThreads());
    private final HttpServer server = HttpServer.start(
            new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.of("geheim")),
            new ServiceThreads(),
            (routes, threads) -> metrics.register(routes));

    @AfterEach
    void close() {
        server.close();
        metrics.close();
    }

    @Test
    void anyoneReadsTheProcessAndTheDeclaredMetricsInPrometheusText() throws Exception {
        Metric.DEAD_LETTERS.counter(metrics.registry(), "TOO_LARGE").increment(3);

        HttpResponse<String> answer = get("*/*");

        assertEquals(200, answer.statusCode());
        assertTrue(type(answer).startsWith("text/plain; version=0.0.4"), type(answer));
        assertTrue(
                answer.body().contains("\ntwinstream_dead_letters_total{reason=\"TOO_LARGE\"} 3.0\n"), answer.body());
        assertTrue(answer.body().contains("# HELP twinstream_dead_letters_total Probes that can't be judged."));
        assertTrue(answer.body().contains("\njvm_memory_used_bytes{"), answer.body());
        assertTrue(answer.body().contains("\nprocess_uptime_seconds "), answer.body());
    }

    @Test
    void openMetricsIsAnsweredWhereItIsAcceptedFirst() throws Exception {
        HttpResponse<String> answer = get("application/openmetrics-text; version=1.0.0");

        assertTrue(type(answer).startsWith("application/openmetrics-text"), type(answer));
        assertTrue(answer.body().endsWith("# EOF\n"));
    }

    @Test
    void rowsAreBroughtUpToDateBeforeEachAnswer() throws Exception {
        var count = Metric.DEAD_LETTERS.counter(metrics.registry(), "NOT_A_PROBE");
        metrics.beforeScrape(count::increment);

        get("*/*");

        assertTrue(get("*/*").body().contains("twinstream_dead_letters_total{reason=\"NOT_A_PROBE\"} 2.0"));
    }

    @Test
    void ofKafkasMetricsThoseAreShownThatPrometheusHasAUseFor() throws Exception {
        for (String name : new String[] {
            "kafka.consumer.fetch.manager.records.lag",
            "kafka.consumer.io.wait.time.ns.avg",
            "kafka.stream.state.oldest.iterator.open.since.ms",
            "kafka.consumer.connection.count",
            "kafka.consumer.select.rate",
            "kafka.consumer.node.request.latency.avg"
        }) {
            metrics.registry().gauge(name, Tags.of("topic", "a_b.probes"), 1);
            metrics.registry().gauge(name, Tags.of("topic", "a_b_probes"), 1);
        }

        List<String> shown = get("*/*")
                .body()
                .lines()
                .filter(line -> line.startsWith("kafka"))
                .toList();

        assertEquals(List.of("kafka_consumer_fetch_manager_records_lag{topic=\"a_b.probes\"} 1.0"), shown);
    }

    private HttpResponse<String> get(String accept) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(server.port()));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri).header("Accept", accept).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("content-type").orElse("");
    }
}
