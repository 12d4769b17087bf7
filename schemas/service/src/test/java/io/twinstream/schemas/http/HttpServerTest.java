package io.twinstream.schemas.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private static final String HALF_A_HEAD = "GET /health/live HTTP/1.1\r\nX-Slow: ";
    private static final String SLOW_BODY =
            "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx";
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String WAIT = "GET /v1/wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String ECHO = "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";

    /** The number of requests that have held a thread so far. */
    private final AtomicInteger begun = new AtomicInteger();

    private final Queue<CompletableFuture<String>> waits = new ConcurrentLinkedQueue<>();
    private final ServiceThreads watched = new ServiceThreads();
    private final HttpServer server = HttpServer.start(settings(), watched, (routes, threads) -> {
        new Health(watched, List.of(), List.of()).register(routes);
        routes.post("/v1/echo", ctx -> {
            begun.incrementAndGet();
            ctx.result(ctx.body());
        });
        routes.get(
                "/v1/wait",
                ctx -> ctx.future(() -> {
                    CompletableFuture<String> wait = new CompletableFuture<>();
                    waits.add(wait);
                    return wait.thenAccept(ctx::result);
                }));
    });
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void anAddressThatOpensMoreConnectionsThanAllMayHaveShutsOutNobody() throws IOException {
        for (int i = 0; i < HttpServer.MAX_CONNECTIONS + 200; i++) {
            begin("127.0.0.2", HALF_A_HEAD);
        }

        assertEquals(200, status(begin("127.0.0.1", HEALTH)));
        assertEquals(200, status(begin("127.0.0.2", HEALTH)));
    }

    @Test
    void manyAddressesTogetherShutOutNobody() throws IOException {
        for (int i = 0; i < HttpServer.MAX_CONNECTIONS + 200; i++) {
            begin("127.0.0." + (2 + i / 200), HALF_A_HEAD);
        }

        assertEquals(200, status(begin("127.0.0.1", HEALTH)));
    }

    @Test
    void callersWhoHangUpWhileTheyWaitShutOutNobodyOfTheirAddress() throws IOException {
        for (int i = 0; i < 256; i++) {
            begin("127.0.0.2", WAIT);
        }
        await().until(() -> waits.size() == 256);
        for (Socket each : sockets) {
            each.close();
        }

        await().until(() -> isHealthy("127.0.0.2"));
        waits.forEach(each -> each.complete("nobody reads this"));
        assertEquals(200, status(begin("127.0.0.2", HEALTH)));
    }

    @Test
    void aConnectionThatWaitsForItsRequestGoesBeforeOneThatIsKept() throws IOException {
        Socket kept = begin("127.0.0.2", HEALTH);
        assertEquals(200, status(kept));
        while (kept.getInputStream().read() != '}') {
            // The rest of the answer.
        }
        for (int i = 0; i < 256; i++) {
            begin("127.0.0.2", HALF_A_HEAD);
        }

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            while (sockets.stream().skip(1).noneMatch(HttpServerTest::isClosed)) {
                // The server accepts on a thread of its own.
            }
        });
        send(kept, HEALTH);
        assertEquals(200, status(kept));
    }

    @Test
    void bodiesThatNeverEndHoldUpNoHealthCheckAndOfOneAddressNobodyElse() throws IOException {
        for (int i = 0; i < 2 * HttpServer.MAX_THREADS; i++) {
            begin("127.0.0.2", SLOW_BODY);
        }
        assertEquals(200, status(begin("127.0.0.1", ECHO)));
        assertEquals(200, status(begin("127.0.0.2", HEALTH)));

        for (int i = 0; i < 2 * HttpServer.MAX_THREADS; i++) {
            begin("127.0.0." + (3 + i % 4), SLOW_BODY);
        }
        assertEquals(200, status(begin("127.0.0.2", HEALTH)));
    }

    @Test
    void bodiesOfSeveralAddressesThatNeverEndGiveWayToOthersWithinSeconds() throws IOException {
        for (int i = 0; i < 2 * HttpServer.MAX_THREADS; i++) {
            begin("127.0.0." + (2 + i % 2), SLOW_BODY);
        }
        await().until(() -> begun.get() == HttpServer.MAX_THREADS);

        Socket other = begin("127.0.0.1", ECHO);
        // This is less than the 30 s after which a slow request is hung up on anyway.
        other.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        assertEquals(200, status(other));
    }

    @Test
    void requestsThatWaitForAThreadAreAnsweredWhenOneIsFree() throws IOException {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 2 * HttpServer.MAX_THREADS; i++) {
            slow.add(begin("127.0.0.2", SLOW_BODY));
        }

        for (Socket each : slow) {
            send(each, "x".repeat(999));
        }

        for (Socket each : slow) {
            assertEquals(200, status(each));
        }
    }

    @Test
    void aBodyThatEndsEarlyIsTheCallersFault() throws IOException {
        Socket socket = begin("127.0.0.1", SLOW_BODY);

        socket.shutdownOutput();

        assertEquals(400, status(socket));
    }

    private static HttpSettings settings() {
        ConfigDef declared = HttpKeys.define(new ConfigDef(), "test", 0, Role.READ);
        return HttpSettings.of(Settings.parse(declared, Map.of()), "test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 GET /%zz HTTP/1.1|Host: localhost||",
                "400 DELETE /v1/echo%zz HTTP/1.1|Host: localhost||",
                "400 GET /v1/%ff HTTP/1.1|Host: localhost||",
                "400 GET /v1/a%00b HTTP/1.1|Host: localhost||",
                "400 GET /../etc/passwd HTTP/1.1|Host: localhost||",
                "404 GET /none HTTP/1.1|Host: localhost||",
                "400 GET /none\\\"\\ HTTP/1.0||",
                "404 OPTIONS * HTTP/1.1|Host: localhost||",
                "404 FOO / HTTP/1.1|Host: localhost||",
                "405 TRACE /v1/echo HTTP/1.1|Host: localhost||",
                "400 CONNECT a:1 HTTP/1.1|Host: localhost||",
                "505 hello world||",
                "400 \u0016\u0003\u0001||",
                "505 GET / HTTP/9.9|Host: localhost||",
                "426 PRI * HTTP/2.0||SM||",
                "400 GET / HTTP/1.1||",
                "400 GET / HTTP/1.1|Host: localhost|Host: localhost||",
                "400 GET / HTTP/1.1|Host: localhost:99999999||",
                "400 GET / HTTP/1.1|Host: localhost|bad header||",
                "417 POST /v1/echo HTTP/1.1|Host: localhost|Expect: wonders|Content-Length: 1||a",
                "400 POST /v1/echo HTTP/1.1|Host: localhost|Content-Length: x||",
                "400 POST /v1/echo HTTP/1.1|Host: localhost|Content-Length: 1|Transfer-Encoding: chunked||0||",
                "400 POST /v1/echo HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||zz|"
            })
    void whatTheServerItselfRefusesIsToldAsRoutesTellIt(String request) throws Exception {
        assertIsAnError(
                Integer.parseInt(request.substring(0, 3)), request.substring(4).replace("|", "\r\n"));
    }

    @Test
    void headersAndAddressesThatAreTooLongAreToldAsRoutesTellIt() throws Exception {
        String large = "a".repeat(20_000);

        assertIsAnError(431, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + large + "\r\n\r\n");
        assertIsAnError(414, "GET /" + large + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private void assertIsAnError(int status, String request) throws Exception {
        Socket socket = begin("127.0.0.1", request.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
        socket.shutdownOutput();
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        String[] parts = answer.split("\r\n\r\n", 2);

        assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
        assertTrue(parts[0].contains("\r\nContent-Type: application/json"), answer);
        assertFalse(new JsonMapper().readTree(parts[1]).path("error").asText().isEmpty(), answer);
        assertFalse(answer.matches("(?is).*(jetty|javalin|java\\.|exception).*"), answer);
        assertEquals(status == 405, parts[0].contains("\r\nAllow: POST"), answer);
    }

    private Socket begin(String from, String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(), InetAddress.getByName(from), 0);
        sockets.add(socket);
        socket.setSoTimeout((int) Duration.ofSeconds(5).toMillis());
        send(socket, text);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int status(Socket socket) throws IOException {
        byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        String text = new String(line, StandardCharsets.US_ASCII);
        assertTrue(text.startsWith("HTTP/1.1 "), text);
        return Integer.parseInt(text.substring("HTTP/1.1 ".length()));
    }

    private boolean isHealthy(String from) {
        try {
            return status(begin(from, HEALTH)) == 200;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
