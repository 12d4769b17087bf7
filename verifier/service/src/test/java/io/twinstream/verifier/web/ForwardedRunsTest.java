package io.twinstream.verifier.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.javalin.config.RoutesConfig;
import io.javalin.http.UnprocessableContentResponse;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.forward.TrainerClient;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ForwardedRunsTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void withoutATrainerTheSettingIsNamed() throws Exception {
        try (HttpServer verifier = verifier("")) {
            HttpResponse<String> asked = post(verifier, "{}");

            assertEquals(409, asked.statusCode());
            assertEquals(
                    "{\"error\":\"this verifier knows no trainer to ask: set verifier.trainer.url\"}", asked.body());
        }
    }

    @Test
    void aRequestArrivesAsItWasSentAndTheTrainersAnswerIsTheAnswer() throws Exception {
        try (HttpServer trainer = trainer(Optional.of("inner"));
                HttpServer verifier = verifier("http://127.0.0.1:" + trainer.port())) {
            HttpResponse<String> asked = post(verifier, "{\"name\":\"Zoë\"}");

            assertEquals(202, asked.statusCode(), asked.body());
            assertEquals("{\"id\":\"{\\\"name\\\":\\\"Zoë\\\"}\"}", asked.body());
            assertEquals(
                    "{\"id\":\"night 2/b\"}", cancel(verifier, "night%202%2Fb").body());
        }
    }

    @Test
    void theLineOfARefusalComesThrough() throws Exception {
        try (HttpServer trainer = trainer(Optional.of("inner"));
                HttpServer verifier = verifier("http://127.0.0.1:" + trainer.port())) {
            HttpResponse<String> asked = post(verifier, "refuse");

            assertEquals(422, asked.statusCode());
            assertEquals("{\"error\":\"images: there is none\"}", asked.body());
        }
    }

    @Test
    void aTrainerThatRefusesTheVerifierIsNotTakenForARefusalOfTheCaller() throws Exception {
        try (HttpServer trainer = trainer(Optional.of("another"));
                HttpServer verifier = verifier("http://127.0.0.1:" + trainer.port())) {
            HttpResponse<String> asked = post(verifier, "{}");

            assertEquals(502, asked.statusCode());
            assertEquals(true, asked.body().contains("the trainer refuses this verifier"), asked.body());
            assertEquals(true, asked.body().contains("set verifier.trainer.token"), asked.body());
        }
    }

    /** Starts a trainer that answers with what it was asked. */
    private static HttpServer trainer(Optional<String> token) {
        return server("trainer", token, routes -> {
            routes.post("/v1/training-runs", ctx -> {
                if (ctx.body().equals("refuse")) {
                    throw new UnprocessableContentResponse("images: there is none");
                }
                ctx.status(202).json(Map.of("id", ctx.body()));
            });
            routes.delete("/v1/training-runs/{id}", ctx -> ctx.status(202).json(Map.of("id", ctx.pathParam("id"))));
        });
    }

    private static HttpServer verifier(String url) {
        Optional<TrainerClient> client = TrainerClient.of(new ServiceAccess(
                url.isEmpty() ? Optional.empty() : Optional.of(url), Optional.of("inner"), Optional.empty()));
        return server("verifier", Optional.empty(), new ForwardedRuns(client)::register);
    }

    private static HttpServer server(String name, Optional<String> token, Consumer<RoutesConfig> register) {
        return HttpServer.start(
                new HttpSettings(name, InetAddress.getLoopbackAddress(), 0, token),
                new ServiceThreads(),
                (routes, threads) -> register.accept(routes));
    }

    private HttpResponse<String> post(HttpServer verifier, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/training-runs".formatted(verifier.port())))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> cancel(HttpServer verifier, String id) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:%d/v1/training-runs/%s".formatted(verifier.port(), id)))
                        .DELETE()
                        .build(),
                BodyHandlers.ofString());
    }
}
