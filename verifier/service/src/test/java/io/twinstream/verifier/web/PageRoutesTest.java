package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageRoutesTest {
    private static final Pattern IMPORT = Pattern.compile("from \"([^\"]+)\"");
    private static final Pattern MAPPED = Pattern.compile("\"([a-z/]+)\": \"\\./([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private HealthServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HealthServer.start(
                new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.of("geheim")),
                new ServiceThreads(),
                List.of(),
                List.of(),
                Map::of,
                PageRoutes::register);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyFileOfThePageIsServedWithoutAToken() throws Exception {
        for (String name : filesOfThePage()) {
            assertEquals(200, get("/page/" + name).statusCode(), name);
        }
    }

    @Test
    void everyImportIsServed() throws Exception {
        List<String> mapped = found(MAPPED, get("/").body());
        for (String name : filesOfThePage()) {
            String file = get("/page/" + name).body();
            for (String imported : found(IMPORT, file)) {
                boolean served = imported.startsWith("./")
                        ? get("/page/" + imported.substring(2)).statusCode() == 200
                        : mapped.contains(imported);
                assertTrue(served, name + " imports " + imported);
            }
        }
        for (MatchResult match : MAPPED.matcher(get("/").body()).results().toList()) {
            assertEquals("text/javascript;charset=utf-8", type(get("/" + match.group(2))), match.group(1));
        }
    }

    @Test
    void aBrowserRunsNothingThatThisServerDoesNotServe() throws Exception {
        HttpResponse<String> page = get("/");

        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self' 'sha256-"), policy);
        assertTrue(policy.contains("frame-ancestors 'none'"), policy);
        assertEquals("DENY", page.headers().firstValue("X-Frame-Options").orElseThrow());
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElseThrow());
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElseThrow());
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() throws Exception {
        String tag = get("/page/main.js").headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = send(request("/page/main.js").header("If-None-Match", tag));

        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
    }

    @Test
    void whatIsNotListedIsNotThere() throws Exception {
        assertEquals(404, get("/page/").statusCode());
        assertEquals(404, get("/page/openapi.yaml").statusCode());
        assertTrue(get("/page/..%2fopenapi.yaml").statusCode() >= 400);
    }

    private static List<String> filesOfThePage() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/twinstream/verifier/web/page"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("index.html"))
                    .toList();
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("").replace(" ", "");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
