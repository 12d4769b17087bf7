package io.twinstream.schemas.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private static final String HALF_A_HEAD = "GET /health/live HTTP/1.1\r\nX-Slow: ";
    private static final String SLOW_BODY =
            "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx";
    private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String ECHO = "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";

    /** Requests that have held a thread so far. */
    private final AtomicInteger begun = new AtomicInteger();

    private final HttpServer server = HttpServer.start(settings(), new ServiceThreads(), (routes, threads) -> {
        Health.register(routes, List.of(), List.of());
        routes.post("/v1/echo", ctx -> {
            begun.incrementAndGet();
            ctx.result(ctx.body());
        });
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
        // Less than the 30 s after which a slow request is hung up on anyway.
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
