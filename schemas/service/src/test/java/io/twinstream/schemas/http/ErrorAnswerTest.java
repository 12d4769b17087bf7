package io.twinstream.schemas.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.HttpStatus;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.TooManyRequestsResponse;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Position;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorAnswerTest {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final ServiceThreads threads = new ServiceThreads();
    private final HttpServer server = HttpServer.start(
            new HttpSettings("test", InetAddress.getLoopbackAddress(), 0, Optional.empty()),
            threads,
            (routes, executor) -> {
                routes.get("/v1/own", ctx -> {
                    throw new OwnException("a rule is broken");
                });
                routes.get(
                        "/v1/later",
                        ctx -> ctx.future(() -> CompletableFuture.supplyAsync(() -> {
                            throw new OwnException("a rule is broken");
                        })));
                routes.get("/v1/busy", ctx -> {
                    throw new ServiceUnavailableResponse("too many at a time: try again");
                });
                routes.get("/v1/queue", ctx -> {
                    throw new TooManyRequestsResponse("the queue is full");
                });
                routes.get("/v1/kafka", ctx -> {
                    throw new KafkaException("the topic a can't be read", new TimeoutException("inside"));
                });
                routes.get("/v1/forbidden", ctx -> {
                    throw new KafkaException("the topic a can't be read", new TopicAuthorizationException("no READ"));
                });
                routes.get("/v1/quoted", ctx -> {
                    throw new OwnException("the topic a: " + new TimeoutException("no broker answers"));
                });
                routes.get("/v1/wrapped", ctx -> {
                    throw new KafkaException(new org.apache.kafka.common.errors.TimeoutException("no broker answers"));
                });
                routes.get("/v1/json", ctx -> new JsonMapper().readValue("{\"a\": 1}", Position.class));
                routes.get("/v1/bug", ctx -> {
                    throw new IllegalStateException("inside");
                });
                routes.get("/v1/deep", ctx -> {
                    throw new StackOverflowError("inside");
                });
                routes.post("/v1/body", ctx -> ctx.result(ctx.body()));
                ErrorAnswer.refuses(routes, OwnException.class, e -> HttpStatus.CONFLICT);
            });

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/own, 409, a rule is broken",
        "/v1/later, 409, a rule is broken",
        "/v1/busy, 503, too many at a time: try again",
        "/v1/queue, 429, the queue is full",
        "/v1/kafka, 503, the topic a can't be read",
        "/v1/forbidden, 503, the topic a can't be read: no READ",
        "/v1/quoted, 409, the topic a: no broker answers",
        "/v1/wrapped, 503, no broker answers",
        "/v1/json, 500, the service failed; its log says why",
        "/v1/bug, 500, the service failed; its log says why",
        "/v1/deep, 500, the service failed; its log says why",
        "/v1/none, 404, Endpoint GET /v1/none not found"
    })
    void whateverIsThrownIsOneLineOfJson(String path, int status, String line) throws Exception {
        HttpResponse<String> answer = send("GET", path, "");

        assertEquals(status, answer.statusCode());
        assertIsAnError(answer);
        assertEquals(
                line, new JsonMapper().readTree(answer.body()).path("error").asText());
        assertEquals(
                Set.of(429, 503).contains(status) ? Optional.of("5") : Optional.empty(),
                answer.headers().firstValue("Retry-After"));
    }

    @Test
    void anErrorInOneRequestIsCountedAndTheServerGoesOn() throws Exception {
        HttpResponse<String> unused = send("GET", "/v1/deep", "");

        assertEquals(1, threads.failures().get("test-http").sum());
        assertEquals("", threads.trouble(), "no thread was ended");
        assertEquals(200, send("POST", "/v1/body", "a").statusCode());
    }

    @Test
    void anotherMethodIsToldWhichThereAre() throws Exception {
        HttpResponse<String> posted = send("DELETE", "/v1/own", "");
        HttpResponse<String> asked = send("OPTIONS", "/v1/body", "");

        assertEquals(405, posted.statusCode());
        assertEquals("GET, HEAD", posted.headers().firstValue("Allow").orElse(""));
        assertIsAnError(posted);
        assertEquals(405, asked.statusCode());
        assertEquals("POST", asked.headers().firstValue("Allow").orElse(""));
        assertIsAnError(asked);
    }

    @Test
    void theHeadOfAnAnswerHasTheStatusOfTheAnswer() throws Exception {
        assertEquals(409, send("HEAD", "/v1/own", "").statusCode());
        assertEquals("", send("HEAD", "/v1/own", "").body());
        assertEquals(405, send("HEAD", "/v1/body", "").statusCode());
    }

    @Test
    void aBodyThatIsTooLargeIsToldSo() throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/body", "x".repeat(MAX_BODY_BYTES + 1));

        assertEquals(413, answer.statusCode());
        assertIsAnError(answer);
    }

    @Test
    void whatIsServedIsWhatWasRegistered() {
        assertTrue(server.routes().containsAll(Set.of("GET /v1/own", "POST /v1/body")), "" + server.routes());
        assertEquals(12, server.routes().size(), "" + server.routes());
    }

    private static void assertIsAnError(HttpResponse<String> answer) throws Exception {
        JsonNode body = new JsonMapper().readTree(answer.body());
        assertEquals(1, body.size(), answer.body());
        assertEquals(1, body.path("error").asText().lines().count(), answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElse(""));
        assertTrue(!answer.body().matches("(?is).*(jetty|javalin|java\\.|exception|inside).*"), answer.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                .method(
                                        method,
                                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static final class OwnException extends RuntimeException {
        OwnException(String message) {
            super(message);
        }
    }
}
