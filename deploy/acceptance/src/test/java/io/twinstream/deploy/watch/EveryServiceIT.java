package io.twinstream.deploy.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.service.DjlTrainer;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks what ingest, verifier and trainer promise alike of their HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryServiceIT {
    /**
     * This is a service that runs.
     *
     * @param order a request of POST under /v1 that takes a body
     * @param mistake a request under /v1 that breaks a rule
     * @param live checks of liveness
     * @param ready checks of readiness
     */
    private record Served(
            String name,
            int port,
            Set<String> routes,
            String order,
            int mostBytes,
            String mistake,
            List<String> live,
            List<String> ready) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String TOKEN = "operator";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<Served> services = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Settings settings = settings(folder);
        IngestService ingest = IngestService.start(IngestSettings.of(settings));
        open.push(ingest);
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        open.push(verifier);
        TrainerService trainer = TrainerService.start(
                TrainerSettings.of(settings),
                new DjlTrainer(Wired.clients(settings), Wired.topics(settings)),
                (title, steps) -> {
                    throw new IllegalStateException("a run was asked for: " + title);
                });
        open.push(trainer);
        services.add(new Served(
                "ingest",
                ingest.port(),
                ingest.routes(),
                "POST /v1/probes",
                16 << 20,
                "POST /v1/probes?tsak=claim",
                List.of("threadsAlive"),
                List.of("topicsTakeRecords", "folderSent")));
        services.add(new Served(
                "verifier",
                verifier.port(),
                verifier.routes(),
                "POST /v1/models/activations",
                1 << 20,
                "GET /v1/verdicts?limit=0",
                List.of("threadsAlive", "topologyAlive", "topicsFollowed", "threadsMove", "fewDecodersLost"),
                List.of(
                        "topologyRunning",
                        "versionReady",
                        "noProbeWaits",
                        "topicsFollowed",
                        "topicsAsRead",
                        "brokerAnswers",
                        "threadsMove",
                        "decodersMove",
                        "probesJudged",
                        "pollsInTime",
                        "followersMove",
                        "versionsMove",
                        "verdictsCounted")));
        services.add(new Served(
                "trainer",
                trainer.port(),
                trainer.routes(),
                "POST /v1/training-runs",
                1 << 20,
                "POST /v1/training-runs",
                List.of("threadsAlive", "deskAlive", "runsFollowed"),
                List.of("runsRead", "runHasRoom", "topicsAsRead", "brokerAnswers")));
        for (Served each : services) {
            Awaitility.await(each + " is ready")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> send(each, "GET", "/health/ready", "").statusCode() == 200);
        }
    }

    @AfterAll
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    Stream<Served> services() {
        return services.stream();
    }

    @ParameterizedTest
    @MethodSource("services")
    void whatIsServedIsWhatTheFileSays(Served service) throws Exception {
        Set<String> served = new TreeSet<>(service.routes());
        served.removeIf(route -> route.matches("GET /(page/.*)?"));

        assertEquals(file(service).operations(), served);
    }

    @ParameterizedTest
    @MethodSource("services")
    void theFileLeavesNothingOfAnOperationOut(Served service) throws Exception {
        OpenApiFile file = file(service);
        for (String operation : file.operations()) {
            JsonNode described = file.operation(operation);
            boolean open = !operation.contains(" /v1/");

            assertFalse(described.path("operationId").asText().isEmpty(), operation);
            assertFalse(described.path("summary").asText().isEmpty(), operation);
            assertEquals(open, described.path("security").isArray(), operation);
            for (String variable : VARIABLE.matcher(operation)
                    .results()
                    .map(each -> each.group(1))
                    .toList()) {
                assertTrue(
                        stream(described.path("parameters"))
                                .anyMatch(each -> each.path("name").asText().equals(variable)
                                        && each.path("in").asText().equals("path")
                                        && each.path("required").asBoolean()),
                        operation + " " + variable);
            }
            Set<String> codes = new TreeSet<>();
            described.path("responses").fieldNames().forEachRemaining(codes::add);
            assertFalse(codes.contains("default"), operation);
            assertTrue(codes.stream().anyMatch(each -> each.startsWith("2")), operation);
            if (!open) {
                assertTrue(codes.containsAll(List.of("401", "403", "429", "500")), operation + " " + codes);
            }
            for (String code : codes) {
                JsonNode response = described.path("responses").path(code);
                boolean passing = code.equals("429") || code.equals("503");
                assertEquals(passing, response.path("headers").has("Retry-After"), operation + " " + code);
                assertEquals(
                        code.equals("401"), response.path("headers").has("WWW-Authenticate"), operation + " " + code);
                if (code.compareTo("400") >= 0) {
                    JsonNode json = response.path("content").path("application/json");
                    assertFalse(json.path("schema").isMissingNode(), operation + " " + code);
                    assertFalse(json.path("example").path("error").asText().isEmpty(), operation + " has no " + code);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void examplesOfErrorsAndHealthAreAsTheFileSays(Served service) throws Exception {
        OpenApiFile file = file(service);
        JsonNode responses = file.components("responses");
        for (Map.Entry<String, JsonNode> each : responses.properties()) {
            JsonNode json = each.getValue().path("content").path("application/json");
            String schema = json.path("schema").path("$ref").asText();
            if (json.has("example") && !schema.isEmpty()) {
                file.checkSchema(
                        schema.substring(schema.lastIndexOf('/') + 1),
                        json.path("example").toString());
            }
        }
    }

    @Test
    void whatIsTheSameOfAllServicesIsTheSameInAllFiles() throws Exception {
        Map<String, JsonNode> known = new HashMap<>();
        for (Served service : services) {
            OpenApiFile file = file(service);
            for (String operation : List.of("GET /health/live", "GET /health/ready", "GET /openapi.yaml")) {
                assertEquals(
                        known.computeIfAbsent(operation, file::operation).path("summary"),
                        file.operation(operation).path("summary"));
            }
            for (String schema : List.of("Error", "Health")) {
                JsonNode found = file.components("schemas").path(schema);
                assertFalse(found.isMissingNode(), schema);
                assertEquals(known.computeIfAbsent(schema, unused -> found), found);
            }
            for (Map.Entry<String, JsonNode> each : file.components("responses").properties()) {
                if (each.getValue().toString().contains("#/components/schemas/Error")) {
                    JsonNode words = each.getValue().path("description");
                    assertEquals(known.computeIfAbsent(each.getKey(), unused -> words), words);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void healthIsOfOneShapeAndOpenToAll(Served service) throws Exception {
        for (String path : List.of("/health/live", "/health/ready")) {
            HttpResponse<String> answer = call(service, "GET", path, "", "");
            HttpResponse<String> head = call(service, "HEAD", path, "", "");
            JsonNode body = JSON.readTree(answer.body());
            Set<String> checks = new TreeSet<>();
            body.fieldNames().forEachRemaining(checks::add);
            checks.removeAll(List.of("status", "ready", "numbers"));

            file(service).check("GET " + path, answer.statusCode(), answer.body());
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("ok", body.path("status").asText());
            assertEquals(path.endsWith("ready"), body.has("ready"));
            assertEquals(new TreeSet<>(path.endsWith("ready") ? service.ready() : service.live()), checks);
            assertEquals(200, head.statusCode());
            assertEquals("", head.body());
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void metricsAndTheFileAreOpenToAllAndOrdersAreNot(Served service) throws Exception {
        assertTrue(call(service, "GET", "/metrics", "", "").body().contains("jvm_memory_used_bytes"));
        assertEquals(
                "application/yaml",
                call(service, "GET", "/openapi.yaml", "", "")
                        .headers()
                        .firstValue("Content-Type")
                        .orElse(""));
        String[] order = service.order().split(" ");
        HttpResponse<String> refused = call(service, order[0], order[1], "", "{}");
        assertIsAnError(401, refused);
        assertEquals("Bearer", refused.headers().firstValue("WWW-Authenticate").orElse(""));
    }

    @ParameterizedTest
    @MethodSource("services")
    void errorsAreOfOneShape(Served service) throws Exception {
        String[] order = service.order().split(" ");
        String[] mistake = service.mistake().split(" ");

        assertIsAnError(404, send(service, "GET", "/none", ""));
        assertIsAnError(404, send(service, "GET", "/v1/none", ""));
        assertIsAnError(405, send(service, "PUT", order[1], ""));
        assertIsAnError(405, send(service, "OPTIONS", order[1], ""));
        assertIsAnError(405, send(service, "DELETE", "/metrics", ""));
        assertEquals(
                "GET, HEAD",
                send(service, "DELETE", "/metrics", "")
                        .headers()
                        .firstValue("Allow")
                        .orElse(""));
        HttpResponse<String> wrong = send(service, mistake[0], mistake[1], "{}");
        assertIsAnError(400, wrong);
        file(service).check(mistake[0] + " " + mistake[1].replaceFirst("\\?.*", ""), 400, wrong.body());
        HttpResponse<String> large = send(service, order[0], order[1], "x".repeat(service.mostBytes() + 1));
        assertIsAnError(413, large);
        file(service).check(service.order(), 413, large.body());
        assertEquals(404, send(service, "HEAD", "/none", "").statusCode());
    }

    @ParameterizedTest
    @MethodSource("services")
    void whatIsWrongWithAJsonBodyIsOneLineWithAnExampleAndWithoutAClass(Served service) throws Exception {
        String path = Map.of(
                        "ingest", "/v1/verdicts/p1/feedback",
                        "verifier", "/v1/models/activations",
                        "trainer", "/v1/training-runs")
                .get(service.name());
        for (String body :
                List.of("{", "{\"nmae\": 1}", "{\"nmae\"", "[1]", "7", "null", "{} {}", "{\"a\": {\"b\": []}}")) {
            HttpResponse<String> answer = send(service, "POST", path, body);
            String line = JSON.readTree(answer.body()).path("error").asText();

            assertIsAnError(400, answer);
            assertTrue(line.contains(": write it as in {\""), line);
            assertFalse(line.matches(".*(\\w+\\.\\w+\\.|Body|Unrecognized|Unexpected|deserialize).*"), line);
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void whatIsTooLongForAnyRouteIsToldAsRoutesTellIt(Served service) throws Exception {
        String large = "a".repeat(20_000);

        for (String request : List.of(
                "431 GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + large + "\r\n\r\n",
                "414 GET /" + large + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
                socket.getOutputStream().write(request.substring(4).getBytes(UTF_8));
                String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

                assertTrue(answer.startsWith("HTTP/1.1 " + request.substring(0, 3)), answer);
                assertFalse(JSON.readTree(answer.split("\r\n\r\n", 2)[1])
                        .path("error")
                        .asText()
                        .isEmpty());
            }
        }
    }

    private Settings settings(Path folder) throws Exception {
        Map<String, String> values = new HashMap<>();
        for (String service : List.of("ingest", "verifier", "trainer")) {
            values.put(service + ".http.port", "0");
            values.put(service + ".http.token", TOKEN);
        }
        values.put("verifier.threads", "1");
        values.put("verifier.state.dir", folder.resolve("streams").toString());
        values.put("trainer.work.dir", folder.resolve("work").toString());
        values.put(
                "trainer.data.root",
                Files.createDirectories(folder.resolve("data")).toString());
        return broker.prepare("every-service", values);
    }

    private OpenApiFile file(Served service) throws Exception {
        return OpenApiFile.parse(call(service, "GET", "/openapi.yaml", "", "").body());
    }

    private static void assertIsAnError(int status, HttpResponse<String> answer) throws Exception {
        JsonNode body = JSON.readTree(answer.body());
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElse(""));
        assertEquals(1, body.size(), answer.body());
        assertEquals(1, body.path("error").asText().lines().count(), answer.body());
    }

    private HttpResponse<String> send(Served service, String method, String path, String body) throws Exception {
        return call(service, method, path, TOKEN, body);
    }

    private HttpResponse<String> call(Served service, String method, String path, String token, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d%s".formatted(service.port(), path)))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all.stream();
    }
}
