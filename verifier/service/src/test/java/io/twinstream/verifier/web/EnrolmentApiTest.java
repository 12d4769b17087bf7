package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.Context;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.forward.IngestClient;
import io.twinstream.verifier.settings.ServiceAccess;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnrolmentApiTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void withoutAnIngestTheSettingIsNamed() throws Exception {
        HttpResponse<String> answer = enrolled(client(""), 10);

        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("set verifier.ingest.url"), answer.body());
    }

    @Test
    void anIngestThatIsAwayIsNoFaultOfTheCallers() throws Exception {
        int port;
        try (HttpServer gone = ingest(Optional.empty())) {
            port = gone.port();
        }

        HttpResponse<String> answer = enrolled(client("http://127.0.0.1:" + port), 10);

        assertEquals(503, answer.statusCode());
        assertEquals("5", answer.headers().firstValue("Retry-After").orElse(""));
    }

    @Test
    void anIngestThatRefusesTheVerifierIsNotTakenForARefusalOfTheCaller() throws Exception {
        try (HttpServer ingest = ingest(Optional.of("another"))) {
            HttpResponse<String> answer = enrolled(client("http://127.0.0.1:" + ingest.port()), 10);

            assertEquals(502, answer.statusCode());
            assertTrue(answer.body().contains("set verifier.ingest.token"), answer.body());
        }
    }

    @Test
    void namesAndBytesArriveAsTheyWereSent() throws Exception {
        try (HttpServer ingest = ingest(Optional.of("inner"))) {
            HttpResponse<String> answer = enrolled(client("http://127.0.0.1:" + ingest.port()), 10);

            assertEquals(202, answer.statusCode(), answer.body());
            assertEquals("{\"id\":\"a b+c/Zoë/10\"}", answer.body());
        }
    }

    @Test
    void aRegionGoesOnAsItWasGiven() throws Exception {
        try (HttpServer ingest = ingest(Optional.of("inner"))) {
            HttpResponse<String> answer = enrolled(
                    client("http://127.0.0.1:" + ingest.port()), 10, "id=r&region=1,2,30,40,.5&points=5,6%3B7,8");

            assertEquals("{\"id\":\"a b+c/r/10 at 1,2,30,40,.5 with 5,6;7,8\"}", answer.body());
        }
    }

    @Test
    void aPictureOverTheLimitGoesNoFurther() throws Exception {
        try (HttpServer ingest = ingest(Optional.of("inner"))) {
            assertEquals(
                    413,
                    enrolled(client("http://127.0.0.1:" + ingest.port()), 11).statusCode());
        }
    }

    /** Starts an ingest that answers with what it was asked. */
    private static HttpServer ingest(Optional<String> token) {
        return HttpServer.start(
                new HttpSettings("ingest", InetAddress.getLoopbackAddress(), 0, token),
                new ServiceThreads(),
                (routes, threads) -> routes.post(
                        "/v1/references/{subject}",
                        ctx -> ctx.status(202)
                                .json(Map.of(
                                        "id",
                                        "%s/%s/%d%s"
                                                .formatted(
                                                        ctx.pathParam("subject"),
                                                        ctx.queryParam("id"),
                                                        ctx.bodyAsBytes().length,
                                                        region(ctx))))));
    }

    private static String region(Context ctx) {
        return ctx.queryParam("region") == null
                ? ""
                : " at %s with %s".formatted(ctx.queryParam("region"), ctx.queryParam("points"));
    }

    private static Optional<IngestClient> client(String url) {
        return IngestClient.of(new ServiceAccess(
                url.isEmpty() ? Optional.empty() : Optional.of(url), Optional.of("inner"), Optional.empty()));
    }

    private HttpResponse<String> enrolled(Optional<IngestClient> client, int bytes) throws Exception {
        return enrolled(client, bytes, "id=Zo%C3%AB");
    }

    private HttpResponse<String> enrolled(Optional<IngestClient> client, int bytes, String query) throws Exception {
        try (HttpServer server = HttpServer.start(
                new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.empty()),
                new ServiceThreads(),
                (routes, threads) -> new EnrolmentApi(client, 10).register(routes))) {
            URI uri = URI.create(
                    "http://127.0.0.1:%d/v1/subjects/a%%20b+c/references?%s".formatted(server.port(), query));
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .POST(BodyPublishers.ofByteArray(new byte[bytes]))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
