package io.twinstream.schemas.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private static final int MOST = 200_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final BodyRoom room = new BodyRoom(300_000);
    private final HttpServer server = HttpServer.start(settings(), new ServiceThreads(), (routes, threads) -> {
        routes.post("/v1/length", ctx -> {
            try (BodyRoom.Body body = room.read(ctx.req(), MOST)) {
                ctx.result(Integer.toString(body.bytes().length));
            }
        });
        routes.post("/v1/held", ctx -> {
            try (BodyRoom.Body body = room.read(ctx.req(), MOST)) {
                held.countDown();
                go.await();
                ctx.result(Integer.toString(body.bytes().length));
            }
        });
    });

    @AfterEach
    void close() {
        go.countDown();
        server.close();
    }

    @Test
    void bodiesAreReadToTheirEndAndOneByteOverTheBound() throws Exception {
        for (int length : List.of(0, 1, 70_000, MOST, MOST + 1)) {
            assertEquals(
                    Integer.toString(length), post("/v1/length", sized(length)).body());
            assertEquals(
                    Integer.toString(length),
                    post("/v1/length", chunked(length)).body());
        }
        assertEquals(
                Integer.toString(MOST + 1),
                post("/v1/length", chunked(2 * MOST)).body());
    }

    @Test
    void whatThereIsNoRoomForIsAnsweredAtOnceAndTakenOnceThereIs() throws Exception {
        CompletableFuture<HttpResponse<String>> first =
                http.sendAsync(request("/v1/held", sized(150_000)), BodyHandlers.ofString());
        held.await();

        HttpResponse<String> second = post("/v1/length", sized(160_000));
        HttpResponse<String> small = post("/v1/length", sized(1_000));
        go.countDown();
        first.get();
        HttpResponse<String> again = post("/v1/length", sized(160_000));

        assertEquals(503, second.statusCode());
        assertTrue(second.body().contains("try again"), second.body());
        assertEquals(200, small.statusCode());
        assertEquals("160000", again.body());
    }

    @Test
    void whatIsOnlyClaimedTakesNoRoom() throws Exception {
        try (Socket slow = new Socket("127.0.0.1", server.port())) {
            slow.getOutputStream()
                    .write("POST /v1/length HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nbegin"
                            .getBytes(US_ASCII));

            assertEquals(200, post("/v1/length", sized(150_000)).statusCode());
        }
    }

    private HttpResponse<String> post(String path, BodyPublisher body) throws IOException, InterruptedException {
        return http.send(request(path, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String path, BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)))
                .POST(body)
                .build();
    }

    private static BodyPublisher sized(int length) {
        return BodyPublishers.ofByteArray(new byte[length]);
    }

    private static BodyPublisher chunked(int length) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]));
    }

    private static HttpSettings settings() {
        ConfigDef declared = HttpKeys.define(new ConfigDef(), "test", 0, Role.READ);
        return HttpSettings.of(Settings.parse(declared, Map.of()), "test");
    }
}
