package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.service.Trainer;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Runs a trainer service, and calls its HTTP interface. */
public final class TrainerRig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final TrainerService service;

    private TrainerRig(TrainerService service) {
        this.service = service;
    }

    public static TrainerRig start(Settings settings, Trainer trainer) throws IOException {
        TrainerRig rig = new TrainerRig(
                TrainerService.start(TrainerSettings.of(settings), trainer, (title, steps) -> progress -> {}));
        Awaitility.await().atMost(LIMIT).until(() -> rig.get("/health/ready").statusCode() == 200);
        return rig;
    }

    /** Asks for a run of the folders that {@code images} and {@code validation} name. */
    HttpResponse<String> ask(String id, String model, String fields) throws Exception {
        String[] parts = model.split("/");
        String body =
                "{\"id\":\"%s\",\"name\":\"%s\",\"version\":\"%s\",\"images\":\"images\",\"validation\":\"validation\"%s}"
                        .formatted(id, parts[0], parts[1], fields.isEmpty() ? "" : "," + fields);
        return post(body);
    }

    public void taken(String id, String model, String fields) throws Exception {
        HttpResponse<String> answer = ask(id, model, fields);
        assertEquals(202, answer.statusCode(), answer.body());
        assertEquals(id, json.readTree(answer.body()).get("id").asText());
    }

    public HttpResponse<String> post(String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/v1/training-runs"))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> cancel(String id) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/v1/training-runs/" + id)).DELETE().build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the run once it is in the state. */
    public JsonNode await(String id, String state) {
        return await(id, run -> run.path("state").asText().equals(state));
    }

    JsonNode await(String id, Predicate<JsonNode> holds) {
        return Awaitility.await("run " + id)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> run(id), holds);
    }

    public JsonNode run(String id) throws Exception {
        return json.readTree(get("/v1/training-runs/" + id).body());
    }

    JsonNode runs() throws Exception {
        return json.readTree(get("/v1/training-runs").body()).get("runs");
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the port that HTTP is served on. */
    public int port() {
        return service.port();
    }

    @Override
    public void close() {
        service.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }
}
