package io.twinstream.deploy.acceptance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers where a caller expects ingest, as what stands between them on other networks does. */
final class NotIngest implements AutoCloseable {
    private static final byte[] PAGE = "<html>\n<body>Please log in.</body>\n</html>\n".getBytes(UTF_8);
    private static final byte[] VERDICT = "{\"outcome\":\"MATCH\"}".getBytes(UTF_8);
    private static final byte[] ERROR = "{\"message\":\"no upstream\"}".getBytes(UTF_8);

    private final HttpServer server;

    NotIngest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/page", exchange -> answer(exchange, 200, PAGE, PAGE.length));
        server.createContext("/null", exchange -> answer(exchange, 200, "null".getBytes(UTF_8), 4));
        server.createContext("/cut-off", exchange -> answer(exchange, 200, VERDICT, 500));
        server.createContext("/gateway", exchange -> answer(exchange, 502, ERROR, ERROR.length));
        server.createContext("/busy", exchange -> repeat(exchange, "3600"));
        server.createContext("/busy-until", exchange -> repeat(exchange, "Fri, 31 Dec 2100 23:59:59 GMT"));
        server.start();
    }

    /** Returns the address of a portal that answers every request with its own page. */
    String page() {
        return address("page");
    }

    /** Returns the address of a server whose JSON is no object. */
    String withNull() {
        return address("null");
    }

    /** Returns the address of a server whose answers end before their length, though what there is looks whole. */
    String cutOff() {
        return address("cut-off");
    }

    /** Returns the address of a gateway that has lost ingest, and says so in JSON of its own. */
    String gateway() {
        return address("gateway");
    }

    /** Returns the address of a server that is busy, and says to come back in an hour. */
    String busy() {
        return address("busy");
    }

    /** Returns the address of a server that is busy, and says so by a date. */
    String busyUntil() {
        return address("busy-until");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private String address(String path) {
        return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), path);
    }

    private static void repeat(HttpExchange exchange, String after) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", after);
        answer(exchange, 503, ERROR, ERROR.length);
    }

    /** Closing the body before it has its length closes the connection, which is how an answer is cut off. */
    private static void answer(HttpExchange exchange, int status, byte[] body, int length) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
