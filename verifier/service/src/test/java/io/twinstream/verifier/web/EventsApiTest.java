package io.twinstream.verifier.web;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.events.EventFilter;
import io.twinstream.verifier.events.EventHub;
import io.twinstream.verifier.events.EventKind;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsApiTest {
    /** Is more than a socket's buffers take in a few rounds. */
    private static final int BODY = 2 << 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Letters letters = new Letters();
    private final EventHub hub = new EventHub(new ServiceThreads(), List.of(letters));
    private final ServiceThreads threads = new ServiceThreads();
    private final HttpServer server = HttpServer.start(
            new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.empty()),
            threads,
            (routes, executor) -> {
                new Health(threads, List.of(), List.of()).register(routes);
                new EventsApi(hub).register(routes);
            });
    private final List<AutoCloseable> opened = new ArrayList<>();

    EventsApiTest() {
        hub.start();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        hub.close();
        server.close();
    }

    @Test
    void eachListenerHearsWhatItsFilterLetsThrough() throws Exception {
        Iterator<String> all = listen("");
        Iterator<String> gate = listen("?source=Zo%C3%AB&task=CLAIM");

        assertEquals("event: letters", all.next());
        assertEquals("data: \"null null\"", all.next());
        assertEquals("event: letters", gate.next());
        assertEquals("data: \"CLAIM Zoë\"", gate.next());
    }

    @Test
    void whoReadsNothingHoldsUpNobody() throws Exception {
        letters.padding = "x".repeat(BODY);
        for (int i = 0; i < 40; i++) {
            Socket deaf = new Socket(InetAddress.getLoopbackAddress(), server.port());
            opened.add(deaf);
            deaf.getOutputStream()
                    .write("GET /v1/events?source=deaf HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
        }
        await().until(() -> letters.welcomed.get() >= 40);

        Iterator<String> reading = listen("?source=reading");

        int heard = 0;
        while (heard < 4) {
            if (reading.next().startsWith("data: \"null reading")) {
                heard++;
            }
        }
        assertEquals(200, get("/health/live").statusCode());
    }

    @Test
    void stoppingEndsTheStreams() throws Exception {
        Iterator<String> lines = listen("");

        hub.close();
        server.close();

        while (lines.hasNext()) {
            lines.next();
        }
    }

    @Test
    void moreThanThereArePlacesForAreToldToComeBack() throws Exception {
        for (int i = 0; i < EventHub.MOST_LISTENERS; i++) {
            listen("");
        }

        HttpResponse<String> tooMany = get("/v1/events");

        assertEquals(503, tooMany.statusCode());
        assertEquals("5", tooMany.headers().firstValue("Retry-After").orElse(""));
        opened.remove(0).close();
        await().until(() -> hub.reserve());
    }

    @Test
    void whoAsksForTheHeadAloneListensToNothing() throws Exception {
        for (int i = 0; i <= EventHub.MOST_LISTENERS; i++) {
            HttpResponse<String> head = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/events".formatted(server.port())))
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());

            assertEquals(200, head.statusCode());
            assertTrue(head.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
        }
    }

    @Test
    void aFilterThatIsNoneIsRefused() throws Exception {
        HttpResponse<String> answer = get("/v1/events?task=claim");

        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("PAIR, CLAIM, IDENTIFY"), answer.body());
    }

    private Iterator<String> listen(String query) throws Exception {
        HttpResponse<Stream<String>> answer = http.send(request("/v1/events" + query), BodyHandlers.ofLines());
        assertEquals(200, answer.statusCode());
        assertEquals(
                "text/event-stream",
                answer.headers().firstValue("Content-Type").orElse("").split(";")[0]);
        opened.add(answer.body());
        return answer.body().iterator();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
    }

    /** Tells each listener its own filter. */
    private static final class Letters implements EventKind {
        private final AtomicInteger welcomed = new AtomicInteger();
        private volatile String padding = "";

        @Override
        public String name() {
            return "letters";
        }

        @Override
        public Optional<?> news(EventFilter filter) {
            return Optional.of("%s %s%s".formatted(filter.task(), filter.source(), padding));
        }

        @Override
        public Optional<?> current(EventFilter filter) {
            welcomed.incrementAndGet();
            return news(filter);
        }
    }
}
