package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs Prometheus itself in a process of its own, on loopback, with the project's configuration and rules. It changes only the
 * interval, to a second, and the targets.
 */
final class PrometheusServer implements AutoCloseable {
    private static final String INTERVAL = "15s";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Instant started = Instant.now();
    private final TemporaryFolder folder = TemporaryFolder.create("twinstream-prometheus-");
    private final int port = FreePort.find();
    private final Process process;

    /**
     * Starts Prometheus, and returns when queries are answered.
     *
     * @param source the folder with {@code prometheus.yml}
     * @param targets ports by the files that name them
     */
    PrometheusServer(Path source, Map<String, List<Integer>> targets) throws IOException {
        copy(source);
        for (Map.Entry<String, List<Integer>> each : targets.entrySet()) {
            String addresses = each.getValue().stream()
                    .map(target -> "\"127.0.0.1:%d\"".formatted(target))
                    .collect(Collectors.joining(", "));
            Files.writeString(folder.path().resolve(each.getKey()), "- targets: [%s]\n".formatted(addresses));
        }
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + folder.path().resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.path().resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.path().resolve("log").toFile())
                .start();
        try {
            Awaitility.await("Prometheus is ready")
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> get("/-/ready").statusCode() == 200);
        } catch (ConditionTimeoutException e) {
            process.destroyForcibly();
            throw new IOException(Files.readString(folder.path().resolve("log")), e);
        }
    }

    /** Returns whether the query gave a number at any second since the start. */
    boolean hasData(String expression) {
        JsonNode answer = answer("/api/v1/query_range?query=%s&start=%d&end=%d&step=1"
                .formatted(
                        URLEncoder.encode(expression, UTF_8),
                        started.getEpochSecond(),
                        Instant.now().getEpochSecond() + 1));
        for (JsonNode series : answer.path("result")) {
            for (JsonNode value : series.path("values")) {
                if (!value.path(1).asText().equals("NaN")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the health of all targets: {@code up} or why not. */
    List<String> targets() {
        return answer("/api/v1/targets?state=active").findValues("health").stream()
                .map(JsonNode::asText)
                .toList();
    }

    /** Returns the health of all rules: {@code ok} or why not. */
    List<String> rules() {
        return answer("/api/v1/rules").findParents("health").stream()
                .filter(rule -> rule.has("query"))
                .map(rule -> rule.path("lastError").asText(rule.path("health").asText()))
                .toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        folder.close();
    }

    private void copy(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.path().resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, Files.readString(file).replace(INTERVAL, "1s"));
            }
        }
    }

    private JsonNode answer(String path) {
        try {
            HttpResponse<String> answer = get(path);
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.body());
            }
            return json.readTree(answer.body()).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
