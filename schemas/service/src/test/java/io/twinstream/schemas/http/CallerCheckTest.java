package io.twinstream.schemas.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.threads.ServiceThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** Tests over a plain socket, since Java's clients let nobody choose the header Host. */
class CallerCheckTest {
    private static final Optional<String> NONE = Optional.empty();

    @Test
    void withoutTokensEveryCallerButAWebPageOperates() throws Exception {
        try (HttpServer server = server(NONE, NONE)) {
            assertEquals("200 operate", send(server, "GET", "localhost:1"));
            assertEquals("200 operate", send(server, "POST", "127.0.0.1:8081"));
            assertEquals("200 operate", send(server, "GET", "[::1]:8081"));
        }
    }

    @Test
    void withoutTokensOnlyTheServersOwnPagesPass() throws Exception {
        try (HttpServer server = server(NONE, NONE)) {
            String host = "localhost:8081";
            assertEquals("200 operate", send(server, "POST", host, "Origin: http://localhost:8081"));
            assertEquals("200 operate", send(server, "GET", host, "Sec-Fetch-Site: same-origin"));
            assertEquals("403", send(server, "POST", host, "Origin: http://localhost:8082"));
            assertEquals("403", send(server, "POST", host, "Origin: https://localhost:8081"));
            assertEquals("403", send(server, "POST", host, "Origin: null"));
            assertEquals("403", send(server, "GET", host, "Sec-Fetch-Site: cross-site"));
            assertEquals("403", send(server, "GET", host, "Sec-Fetch-Site: same-site"));
        }
    }

    @Test
    void withoutTokensAPageWhoseNameWasReboundToLoopbackIsRefused() throws Exception {
        try (HttpServer server = server(NONE, NONE)) {
            assertEquals("403", send(server, "POST", "evil.example:8081", "Origin: http://evil.example:8081"));
            assertEquals("403", send(server, "GET", "evil.example:8081"));
            assertEquals("403", send(server, "GET", "127.0.0.1.evil.example:8081"));
            assertEquals("403", send(server, "GET", "localhost.evil.example"));
        }
    }

    @Test
    void theReadingTokenReadsAndTheOtherDoesEverything() throws Exception {
        try (HttpServer server = server(Optional.of("operator"), Optional.of("reader"))) {
            String anywhere = "verifier.example";
            assertEquals("200 read", send(server, "GET", anywhere, "Authorization: Bearer reader"));
            assertEquals("403", send(server, "POST", anywhere, "Authorization: Bearer reader"));
            assertEquals("403", send(server, "DELETE", anywhere, "Authorization: Bearer reader"));
            assertEquals("200 operate", send(server, "GET", anywhere, "Authorization: bearer operator"));
            assertEquals("200 operate", send(server, "POST", anywhere, "Authorization: Bearer operator"));
            assertEquals("401", send(server, "GET", anywhere, "Authorization: Bearer read"));
            assertEquals("401", send(server, "GET", anywhere));
        }
    }

    @Test
    void aReadingTokenNeedsAnotherOperatingToken() {
        ConfigException alone = assertThrows(ConfigException.class, () -> settings(NONE, Optional.of("reader")));
        ConfigException same =
                assertThrows(ConfigException.class, () -> settings(Optional.of("one"), Optional.of("one")));

        assertTrue(alone.getMessage().startsWith("verifier.http.read.token is set and verifier.http.token isn't"));
        assertTrue(same.getMessage().startsWith("verifier.http.read.token and verifier.http.token are the same"));
    }

    private static HttpServer server(Optional<String> token, Optional<String> readToken) {
        return HttpServer.start(settings(token, readToken), new ServiceThreads(), (routes, threads) -> {
            routes.get("/v1/role", ctx -> ctx.result(Role.of(ctx).word()));
            routes.post("/v1/role", ctx -> ctx.result(Role.of(ctx).word()));
            routes.delete("/v1/role", ctx -> ctx.result(Role.of(ctx).word()));
        });
    }

    private static HttpSettings settings(Optional<String> token, Optional<String> readToken) {
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        token.ifPresent(each -> tokens.put(Role.OPERATE, each));
        readToken.ifPresent(each -> tokens.put(Role.READ, each));
        return new HttpSettings(
                "verifier",
                InetAddress.getLoopbackAddress(),
                0,
                tokens,
                Optional.empty(),
                2_000,
                256,
                Duration.ofSeconds(30));
    }

    /** Returns the answer's status, and its body where that is 200. */
    private static String send(HttpServer server, String method, String host, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String more = String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
            String request = "%s /v1/role HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n"
                    .formatted(method, host, more);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String status = answer.readLine().split(" ")[1];
            String last = answer.lines().reduce("", (before, line) -> line);
            return status.equals("200") ? status + " " + last : status;
        }
    }
}
