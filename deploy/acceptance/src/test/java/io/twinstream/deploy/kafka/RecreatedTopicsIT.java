package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tries what a verifier says of topics that are deleted and created anew under it, and how one that starts then comes back. */
class RecreatedTopicsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ModelId SECOND = new ModelId("letters", "1");

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final HttpClient http = HttpClient.newHttpClient();
    private final DrawnCharacters drawings = new DrawnCharacters(7);

    @Test
    void whoStoodOnReferencesThatAreGoneIsToldToBeHeldAndIsForgottenByAStart() throws Exception {
        Settings settings = prepare("recreated-references");
        Topics topics = Wired.topics(settings);
        try (IngestService ingest = IngestService.start(IngestSettings.of(settings))) {
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                post(ingest, "/v1/references/ann?id=1", drawings.png(0, 0));
                post(ingest, "/v1/references/bob?id=1", drawings.png(1, 0));
                Awaitility.await().atMost(LIMIT).until(() -> verifier.ready() && gallery(verifier) == 2);
                Awaitility.await().atMost(LIMIT).until(() -> ready(verifier).statusCode() == 200);

                recreate(settings, topics, topics.references());

                String line = told(verifier, topics.references());
                assertEquals(1, line.lines().count(), line);
                assertTrue(line.contains("seen since 20"), line);
                assertTrue(line.endsWith("fill the topic, then start this process again"), line);
                assertEquals(200, get(verifier, "/health/live").statusCode());
            }
            post(ingest, "/v1/references/carol?id=1", drawings.png(2, 0));
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                Awaitility.await().atMost(LIMIT).until(() -> ready(verifier).statusCode() == 200);

                assertEquals(1, gallery(verifier));
            }
        }
    }

    @Test
    void releasesAndActivationsThatAreGoneAreToldToBeHeldAndAreForgottenByAStart() throws Exception {
        Settings settings = prepare("recreated-models");
        Topics topics = Wired.topics(settings);
        Releases.publish(settings, "wide", SECOND);
        ModelId own;
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            Awaitility.await().atMost(LIMIT).until(() -> ready(verifier).statusCode() == 200);
            own = verifier.serving().id();
            Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ofSeconds(2));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> verifier.serving().id().equals(SECOND)
                            && ready(verifier).statusCode() == 200);

            recreate(settings, topics, topics.modelActivations());
            String activations = told(verifier, topics.modelActivations());
            recreate(settings, topics, topics.modelReleases());

            String both = told(verifier, topics.modelReleases());
            assertTrue(both.contains(activations), both);
            assertEquals(1, both.lines().count(), both);
        }
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
            Awaitility.await().atMost(LIMIT).until(() -> ready(verifier).statusCode() == 200);

            assertEquals(own, verifier.serving().id());
            assertTrue(Wired.published(settings).ids().isEmpty());
        }
    }

    private static Settings prepare(String prefix) throws Exception {
        return broker.prepare(
                prefix,
                Map.of(
                        "verifier.group", prefix,
                        "verifier.threads", "1",
                        "verifier.http.port", "0",
                        "ingest.http.port", "0"));
    }

    private static void recreate(Settings settings, Topics topics, String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> !admin.listTopics().names().get().contains(topic));
            var unused = new TopicCreation(admin)
                    .create(topics.all().stream()
                            .filter(each -> each.name().equals(topic))
                            .toList());
        }
    }

    /** Waits until the verifier says that it holds what stood on a topic, and returns the line. */
    private String told(VerifierService verifier, String topic) {
        return Awaitility.await().atMost(LIMIT).until(() -> line(verifier), line -> line.contains(topic));
    }

    private String line(VerifierService verifier) throws Exception {
        JsonNode body = new JsonMapper().readTree(ready(verifier).body());
        return body.path("topicsAsRead").asBoolean(true)
                ? ""
                : body.path("reasons").path("topicsAsRead").asText();
    }

    private HttpResponse<String> ready(VerifierService verifier) throws Exception {
        return get(verifier, "/health/ready");
    }

    private static int gallery(VerifierService verifier) {
        return (Integer) verifier.status().get("gallerySize");
    }

    private void post(IngestService ingest, String path, byte[] image) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ingest.port() + path))
                .POST(BodyPublishers.ofByteArray(image))
                .build();
        // A producer learns of a topic that was created anew a moment later.
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> http.send(request, BodyHandlers.ofString()).statusCode() == 202);
    }

    private HttpResponse<String> get(VerifierService verifier, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verifier.port() + path))
                        .build(),
                BodyHandlers.ofString());
    }
}
