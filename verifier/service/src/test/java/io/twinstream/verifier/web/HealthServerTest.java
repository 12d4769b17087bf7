package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.http.Check;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final AtomicBoolean caughtUp = new AtomicBoolean();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ServiceThreads threads = new ServiceThreads();
    private final HealthServer server = HealthServer.start(
            listenOn(0),
            threads,
            List.of(Check.of("alive", alive::get)),
            List.of(Check.of("alive", alive::get), Check.of("caughtUp", caughtUp::get)),
            () -> Map.of("model", "compact"),
            routes -> {
                routes.get("/v1/models", ctx -> ctx.result("compact"));
                routes.get("/v1/error", ctx -> {
                    throw new StackOverflowError("too deep");
                });
            });

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void readinessIs503WhileAnyCheckFailsAndNamesEach() throws Exception {
        HttpResponse<String> answer = get("/health/ready");

        assertEquals(503, answer.statusCode());
        assertEquals("{\"alive\":true,\"caughtUp\":false}", answer.body());
    }

    @Test
    void readinessIs200OnceEveryCheckHolds() throws Exception {
        caughtUp.set(true);

        HttpResponse<String> answer = get("/health/ready");

        assertEquals(200, answer.statusCode());
        assertEquals("{\"alive\":true,\"caughtUp\":true}", answer.body());
    }

    @Test
    void anErrorInOneRequestIsAnsweredAndCountedAndTheServerGoesOn() throws Exception {
        HttpResponse<String> answer = get("/v1/error");

        assertEquals(500, answer.statusCode());
        assertEquals("{\"error\":\"the service failed; its log says why\"}", answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(1, threads.failures().get("verifier-http").sum());
        assertEquals("", threads.trouble(), "no thread was ended");
        assertEquals(200, get("/v1/models").statusCode());
    }

    @Test
    void livenessHasChecksOfItsOwn() throws Exception {
        assertEquals(200, get("/health/live").statusCode());

        alive.set(false);

        assertEquals(503, get("/health/live").statusCode());
    }

    @Test
    void aMeasuredCheckShowsItsNumberAndTheReasonWhereItIsOverItsBound() throws Exception {
        List<Check> checks = List.of(
                Check.atMost("oldestProbeSeconds", () -> 42, 10, () -> "nobody judges it"),
                Check.untroubled("topicsRead", () -> ""));
        try (HealthServer measured =
                HealthServer.start(listenOn(0), new ServiceThreads(), List.of(), checks, Map::of, routes -> {})) {
            HttpResponse<String> answer = get(measured.port(), "/health/ready");

            assertEquals(503, answer.statusCode());
            assertEquals(
                    "{\"oldestProbeSeconds\":false,\"topicsRead\":true,\"numbers\":{\"oldestProbeSeconds\":42.0},"
                            + "\"reasons\":{\"oldestProbeSeconds\":\"nobody judges it\"}}",
                    answer.body());
        }
    }

    @Test
    void statusIsJson() throws Exception {
        HttpResponse<String> answer = get("/status");

        assertEquals(200, answer.statusCode());
        assertEquals("{\"model\":\"compact\"}", answer.body());
        assertTrue(answer.headers().firstValue("content-type").orElse("").startsWith("application/json"));
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertEquals(404, get("/").statusCode());
    }

    @Test
    void aPortThatIsTakenIsOneLineThatNamesIt() {
        ConfigException error = assertThrows(
                ConfigException.class,
                () -> HealthServer.start(
                        listenOn(server.port()), new ServiceThreads(), List.of(), List.of(), Map::of, routes -> {}));

        assertTrue(
                error.getMessage().startsWith("verifier can't listen on http://127.0.0.1:" + server.port()),
                error.getMessage());
        assertEquals(1, error.getMessage().lines().count());
    }

    @Test
    void routesUnderV1AskForTheTokenAndHealthDoesNot() throws Exception {
        HttpSettings secret = new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.of("geheim"));
        try (HealthServer guarded = HealthServer.start(
                secret,
                new ServiceThreads(),
                List.of(),
                List.of(),
                Map::of,
                routes -> routes.get("/v1/models", ctx -> ctx.result("compact")))) {
            assertEquals(401, get(guarded.port(), "/v1/models").statusCode());
            assertEquals(200, get(guarded.port(), "/health/ready").statusCode());
            assertEquals(200, get(guarded.port(), "/status").statusCode());
        }
        assertEquals(200, get("/v1/models").statusCode());
    }

    private static HttpSettings listenOn(int port) {
        return new HttpSettings("verifier", InetAddress.getLoopbackAddress(), port, Optional.empty());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(server.port(), path);
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
