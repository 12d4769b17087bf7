package io.twinstream.deploy.cli.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.testkit.ModelsRig;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.http.Health;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.control.ActivationWriter;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.web.ModelsApi;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelsHttpIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ACTIVATIONS = "/v1/models/activations";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @Test
    void ordersAreTakenOverHttpFromThoseWhoHaveTheToken() throws Exception {

        ModelsRig rig = ModelsRig.prepare(broker, "http", folder);
        rig.report("gate-1:8081", "1", VersionState.WARMING);
        rig.report("gate-1:8081", "2", VersionState.REFUSED);
        ServiceThreads threads = new ServiceThreads();
        CommonSettings common = CommonSettings.of(rig.settings());
        try (ModelLog log = ModelLog.withStates(KafkaClients.of(common), common.topics(), threads);
                ActivationWriter orders = new ActivationWriter(KafkaClients.of(common), common.topics());
                HttpServer server = HttpServer.start(
                        new HttpSettings("verifier", InetAddress.getLoopbackAddress(), 0, Optional.of("geheim")),
                        threads,
                        (routes, executor) -> {
                            new Health(threads, List.of(), List.of()).register(routes);
                            new ModelsApi(ModelControl.following(
                                            log, orders, model -> Optional.empty(), ImpostorChoice.HARDEST))
                                    .register(routes);
                        })) {
            log.start();
            port = server.port();

            assertEquals(401, send(HttpRequest.newBuilder(uri("/v1/models"))).statusCode());
            assertEquals(200, send(HttpRequest.newBuilder(uri("/health/live"))).statusCode());
            listsAndShows();
            activates();
            refuses();
            rollsBack();
        }
    }

    private void listsAndShows() throws Exception {
        assertEquals(
                List.of("1", "2"),
                JSON.readTree(get("/v1/models").body()).path("models").findValuesAsText("version"));
        assertEquals(
                "WARMING",
                JSON.readTree(get("/v1/models/letters/1").body())
                        .at("/instances/0/state")
                        .textValue());
        assertEquals(404, get("/v1/models/letters/9").statusCode());
        assertEquals(400, get("/v1/models/letters/a%20b").statusCode());
    }

    private void activates() throws Exception {
        HttpResponse<String> created = post(ACTIVATIONS, order("serving", "1", ""));
        HttpResponse<String> shadowed = post(ACTIVATIONS, "{\"slot\": \"shadow\", \"reason\": \"a test\"}");

        assertEquals(201, created.statusCode(), created.body());
        JsonNode activation = JSON.readTree(created.body());
        assertEquals("serving", activation.path("slot").textValue());
        assertEquals("1", activation.path("version").textValue());
        assertEquals(0, activation.path("offset").asInt());
        assertEquals("http 127.0.0.1", activation.path("by").textValue());
        assertEquals(
                Instant.parse(activation.path("askedAt").textValue()).plusSeconds(2),
                Instant.parse(activation.path("effectiveAt").textValue()));
        assertEquals("gate-1:8081", activation.at("/notReady/0/instance").textValue());
        assertEquals(201, shadowed.statusCode(), shadowed.body());
        assertTrue(JSON.readTree(shadowed.body()).path("name").isNull());
        assertEquals(
                List.of("serving", "shadow"),
                JSON.readTree(get(ACTIVATIONS).body()).path("activations").findValuesAsText("slot"));
        assertEquals(
                "PENDING_SERVING",
                JSON.readTree(get("/v1/models/letters/1").body())
                        .at("/roles/0/kind")
                        .textValue());
    }

    private void refuses() throws Exception {
        assertEquals(409, post(ACTIVATIONS, order("serving", "2", "")).statusCode());
        assertEquals(404, post(ACTIVATIONS, order("serving", "9", "")).statusCode());
        assertEquals(
                400,
                post(ACTIVATIONS, order("serving", "1", ", \"delayMs\": 1")).statusCode());
        HttpResponse<String> unknown = post(ACTIVATIONS, order("serving", "1", ", \"delay\": 1"));
        assertEquals(400, unknown.statusCode());
        assertEquals(
                "the field delay is unknown, there are slot, name, version, delayMs, effectiveAt, reason, force: write it as in "
                        + "{\"slot\": \"serving\", \"name\": \"letters\", \"version\": \"2\", \"reason\": \"better on the left hand\"}",
                JSON.readTree(unknown.body()).path("error").textValue());
        for (String body :
                List.of("{", "[]", "{\"slot\": 1}", "{\"delayMs\": \"soon\"}", "{\"force\": {}}", "\u0000")) {
            HttpResponse<String> malformed = post(ACTIVATIONS, body);
            String line = JSON.readTree(malformed.body()).path("error").textValue();
            assertEquals(400, malformed.statusCode(), line);
            assertTrue(line.contains(": write it as in {"), line);
            assertFalse(line.matches(".*(ActivationBody|java\\.|jackson|token).*"), line);
        }
    }

    private void rollsBack() throws Exception {
        HttpResponse<String> ambiguous = post("/v1/models/rollback", "{\"reason\": \"a test\"}");
        assertEquals(409, ambiguous.statusCode(), ambiguous.body());
        assertEquals(
                201,
                post(ACTIVATIONS, order("serving", "2", ", \"force\": true")).statusCode());

        HttpResponse<String> back = post("/v1/models/rollback", "{\"reason\": \"a test\"}");

        assertEquals(201, back.statusCode(), back.body());
        assertEquals("1", JSON.readTree(back.body()).path("version").textValue());
        assertEquals(400, post("/v1/models/rollback", "{}").statusCode());
    }

    private static String order(String slot, String version, String more) {
        return "{\"slot\": \"%s\", \"name\": \"letters\", \"version\": \"%s\", \"reason\": \"a test\"%s}"
                .formatted(slot, version, more);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer geheim"));
    }

    private HttpResponse<String> post(String path, String json) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer geheim")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
