package io.twinstream.schemas.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final AtomicBoolean caughtUp = new AtomicBoolean();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ServiceThreads threads = new ServiceThreads();
    private final HttpServer server = start(
            listenOn(0),
            List.of(HealthCheck.of("alive", alive::get, "nothing lives: start it again")),
            List.of(
                    HealthCheck.of("alive", alive::get, "nothing lives: start it again"),
                    HealthCheck.of("caughtUp", caughtUp::get, "it reads: wait")));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void readinessIs503WhileAnyCheckFailsAndNamesEachWithTheReason() throws Exception {
        HttpResponse<String> answer = get("/health/ready");

        assertEquals(503, answer.statusCode());
        assertEquals(
                "{\"status\":\"failing\",\"ready\":false,\"alive\":true,\"caughtUp\":false,"
                        + "\"reasons\":{\"caughtUp\":\"it reads: wait\"},\"error\":\"caughtUp: it reads: wait\"}",
                answer.body());
        assertEquals("5", answer.headers().firstValue("Retry-After").orElseThrow());
    }

    @Test
    void readinessIs200OnceEveryCheckHolds() throws Exception {
        caughtUp.set(true);

        HttpResponse<String> answer = get("/health/ready");

        assertEquals(200, answer.statusCode());
        assertEquals("{\"status\":\"ok\",\"ready\":true,\"alive\":true,\"caughtUp\":true}", answer.body());
        assertEquals(Optional.empty(), answer.headers().firstValue("Retry-After"));
    }

    @Test
    void whatFailsBesideTheServicesOwnWorkImpairsItAndLeavesItReady() throws Exception {
        AtomicBoolean counted = new AtomicBoolean();
        Health health = new Health(
                threads,
                List.of(),
                List.of(HealthCheck.of("caughtUp", caughtUp::get, "it reads: wait")),
                List.of(HealthCheck.of("counted", counted::get, "nobody counts: start it again")));
        try (HttpServer impaired = start(listenOn(0), health)) {
            assertEquals(503, get(impaired.port(), "/health/ready").statusCode());
            caughtUp.set(true);

            HttpResponse<String> answer = get(impaired.port(), "/health/ready");

            assertEquals(200, answer.statusCode());
            assertEquals(
                    "{\"status\":\"impaired\",\"ready\":true,\"caughtUp\":true,\"counted\":false,"
                            + "\"reasons\":{\"counted\":\"nobody counts: start it again\"}}",
                    answer.body());
            assertEquals(Map.of(), health.unready());
            assertEquals(Map.of("counted", "nobody counts: start it again"), health.impaired());
            counted.set(true);
            assertTrue(get(impaired.port(), "/health/ready").body().startsWith("{\"status\":\"ok\""));
        }
    }

    @Test
    void livenessHasChecksOfItsOwn() throws Exception {
        assertEquals(200, get("/health/live").statusCode());

        alive.set(false);

        assertEquals(503, get("/health/live").statusCode());
    }

    @Test
    void aThreadThatAnErrorHasEndedFailsLivenessAndIsNamed() throws Exception {
        threads.ended("gallery letters/7", new IllegalStateException("torn"));

        HttpResponse<String> answer = get("/health/live");

        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("\"threadsAlive\":false"), answer.body());
        assertTrue(answer.body().contains("the thread gallery letters/7 was ended"), answer.body());
    }

    @Test
    void aMeasuredCheckShowsItsNumberAndTheReasonWhereItIsOverItsBound() throws Exception {
        List<HealthCheck> checks = List.of(
                HealthCheck.atMost("oldestProbeSeconds", () -> 42, 10, () -> "nobody judges it: start a verifier"),
                HealthCheck.untroubled("topicsRead", () -> ""));
        try (HttpServer measured = start(listenOn(0), List.of(), checks)) {
            HttpResponse<String> answer = get(measured.port(), "/health/ready");

            assertEquals(503, answer.statusCode());
            assertEquals(
                    "{\"status\":\"failing\",\"ready\":false,\"oldestProbeSeconds\":false,\"topicsRead\":true,"
                            + "\"numbers\":{\"oldestProbeSeconds\":42.0},"
                            + "\"reasons\":{\"oldestProbeSeconds\":\"nobody judges it: start a verifier\"},"
                            + "\"error\":\"oldestProbeSeconds: nobody judges it: start a verifier\"}",
                    answer.body());
        }
    }

    @Test
    void whoAsksForTheHeadAloneLearnsTheSameStatus() throws Exception {
        assertEquals(503, head("/health/ready").statusCode());

        caughtUp.set(true);

        HttpResponse<String> head = head("/health/ready");
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals(
                get("/health/ready").headers().firstValue("Content-Type"),
                head.headers().firstValue("Content-Type"));
        assertEquals(404, head("/health/other").statusCode());
    }

    @Test
    void whoAsksWhileOneLooksGetsWhatWasFoundLast() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch found = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        HealthCheck check = HealthCheck.of(
                        "brokerAnswers",
                        () -> {
                            looks.incrementAndGet();
                            looking.countDown();
                            try {
                                found.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return true;
                        },
                        "it is away")
                .oneAtATime();
        Thread first = new Thread(() -> check.look().get());
        first.start();
        looking.await();

        assertEquals(false, check.look().get().holds());
        assertTrue(check.look().get().reason().contains("ask again"));

        found.countDown();
        first.join();
        assertEquals(true, check.look().get().holds());
        assertEquals(2, looks.get());
    }

    @Test
    void aPortThatIsTakenIsOneLineThatNamesIt() {
        ConfigException error =
                assertThrows(ConfigException.class, () -> start(listenOn(server.port()), List.of(), List.of()));

        assertTrue(
                error.getMessage().startsWith("verifier can't listen on http://127.0.0.1:" + server.port()),
                error.getMessage());
        assertEquals(1, error.getMessage().lines().count());
    }

    @Test
    void routesUnderV1AskForTheTokenAndHealthDoesNot() throws Exception {
        HttpSettings secret = new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.of("geheim"));
        try (HttpServer guarded = start(secret, List.of(), List.of())) {
            assertEquals(401, get(guarded.port(), "/v1/models").statusCode());
            assertEquals(200, get(guarded.port(), "/health/ready").statusCode());
        }
        assertEquals(200, get("/v1/models").statusCode());
    }

    private HttpServer start(HttpSettings settings, List<HealthCheck> live, List<HealthCheck> ready) {
        return start(settings, new Health(threads, live, ready));
    }

    private HttpServer start(HttpSettings settings, Health health) {
        return HttpServer.start(settings, threads, (routes, executor) -> {
            health.register(routes);
            routes.get("/v1/models", ctx -> ctx.result("compact"));
        });
    }

    private static HttpSettings listenOn(int port) {
        return new HttpSettings("verifier", InetAddress.getLoopbackAddress(), port, Optional.empty());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(server.port(), path);
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(port, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> head(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(server.port(), path))
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
