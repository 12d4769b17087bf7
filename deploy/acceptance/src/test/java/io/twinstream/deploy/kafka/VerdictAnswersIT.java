package io.twinstream.deploy.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.drawing.Enlarged;
import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VerdictAnswersIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DrawnCharacters drawn = new DrawnCharacters(5);

    @Test
    void theAnswerIsWhatTheVerifierSaysOfTheProbe() throws Exception {
        Settings settings = broker.prepare("answers", values());
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                IngestService ingest = ingest(settings)) {
            HttpResponse<String> answer = post(ingest, "/v1/probes?id=good&source=gate&wait=60s", drawn.png(1, 1));

            assertEquals(200, answer.statusCode(), answer.body());
            HttpResponse<String> shown = get(verifier.port(), "/v1/verdicts");
            assertEquals(JSON.readTree(shown.body()).at("/verdicts/0"), JSON.readTree(answer.body()));
            HttpResponse<String> later = get(ingest.port(), "/v1/probes/good/verdict");
            assertEquals(200, later.statusCode());
            assertEquals(JSON.readTree(answer.body()), JSON.readTree(later.body()));

            HttpResponse<String> large =
                    post(ingest, "/v1/probes?id=large&wait=60s", Enlarged.png(drawn.png(1, 2), 200));

            assertEquals(422, large.statusCode(), large.body());
            JsonNode letter = JSON.readTree(large.body());
            assertEquals("TOO_MANY_PIXELS", letter.path("reason").asText());
            assertEquals("large", letter.path("id").asText());
            assertFalse(letter.path("error").asText().isEmpty());
            HttpResponse<String> still = get(ingest.port(), "/v1/probes/large/verdict");
            assertEquals(422, still.statusCode());
            assertEquals(letter, JSON.readTree(still.body()));
            assertEquals(404, get(ingest.port(), "/v1/probes/nobody/verdict").statusCode());
        }
    }

    @Test
    void anIdThatIsSentTwiceAtOnceGetsEachItsOwnVerdict() throws Exception {
        Settings settings = broker.prepare("answers-twice", values());
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                IngestService ingest = ingest(settings)) {
            for (int i = 0; i < 20; i++) {
                String id = "p" + i;
                CompletableFuture<HttpResponse<String>> one =
                        postLater(ingest, "/v1/probes?wait=60s&source=a&id=" + id, drawn.png(1, 1));
                CompletableFuture<HttpResponse<String>> other = postLater(
                        ingest, "/v1/probes?wait=60s&source=b&task=claim&subject=ann&id=" + id, drawn.png(1, 2));

                assertEquals("IDENTIFY", field(one, "task"));
                assertEquals("CLAIM", field(other, "task"));
            }
            assertTrue(verifier.ready());
        }
    }

    @Test
    void aVerdictThatComesLaterIsFoundAlsoByAnIngestThatWasStartedAnew() throws Exception {
        Settings settings = broker.prepare("answers-late", values());
        try (IngestService ingest = ingest(settings)) {
            HttpResponse<String> answer = post(ingest, "/v1/probes?id=late&wait=100ms", drawn.png(1, 1));
            assertEquals(202, answer.statusCode(), answer.body());
            assertEquals("{\"id\":\"late\"}", answer.body());
            String location = answer.headers().firstValue("Location").orElseThrow();
            HttpResponse<String> early = get(ingest.port(), location);
            assertEquals(404, early.statusCode());
            assertTrue(early.body().contains("no verdict of the probe 'late' has come yet"), early.body());

            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                assertEquals(200, get(ingest.port(), location + "?wait=60s").statusCode());
                assertTrue(verifier.port() > 0);
            }
        }
        try (IngestService again = ingest(settings)) {
            HttpResponse<String> found = get(again.port(), "/v1/probes/late/verdict");

            assertEquals(200, found.statusCode(), found.body());
            assertEquals("late", JSON.readTree(found.body()).path("probe").asText());
        }
    }

    @Test
    void whereTheTopicOfVerdictsIsMissingProbesAreSentAndTheAnswerSaysSo() throws Exception {
        Settings settings = broker.prepare("answers-missing", values());
        Topics topics = Wired.topics(settings);
        delete(topics.verdicts());
        try (IngestService ingest = ingest(settings)) {
            String line = "the topic answers-missing.verdicts doesn't exist: run 'twinstream topics create'";
            await().atMost(LIMIT)
                    .until(() -> post(ingest, "/v1/probes?id=p1&wait=1s", drawn.png(1, 1))
                            .body()
                            .equals("{\"id\":\"p1\",\"notWaited\":\"%s\"}".formatted(line)));

            assertEquals(
                    202, post(ingest, "/v1/probes?wait=60s", drawn.png(1, 1)).statusCode());
            HttpResponse<String> asked = get(ingest.port(), "/v1/probes/p1/verdict?wait=60s");
            assertEquals(503, asked.statusCode());
            assertTrue(asked.body().contains(line), asked.body());
            assertEquals(200, get(ingest.port(), "/health/ready").statusCode());

            try (Admin admin = broker.admin()) {
                new TopicCreation(admin).create(topics.all());
            }
            verdict(settings, "p1", 0);
            await().atMost(LIMIT)
                    .until(() -> get(ingest.port(), "/v1/probes/p1/verdict").statusCode() == 200);
        }
    }

    @Test
    void withoutDeadLettersVerdictsAreWaitedForAllTheSame() throws Exception {
        Settings settings = broker.prepare("answers-alone", values());
        delete(Wired.topics(settings).deadLetters());
        try (IngestService ingest = ingest(settings)) {
            CompletableFuture<HttpResponse<String>> asked =
                    postLater(ingest, "/v1/probes?id=p1&wait=60s", drawn.png(1, 1));
            TopicPartition probes = new TopicPartition(Wired.topics(settings).probes(), 0);
            try (Admin admin = broker.admin()) {
                await().atMost(LIMIT)
                        .until(() -> admin.listOffsets(Map.of(probes, OffsetSpec.latest()))
                                        .partitionResult(probes)
                                        .get()
                                        .offset()
                                == 1);
            }
            verdict(settings, "p1", 0);

            assertEquals(200, asked.get(LIMIT.toSeconds(), TimeUnit.SECONDS).statusCode());
            assertEquals(404, get(ingest.port(), "/v1/probes/p2/verdict").statusCode());
        }
    }

    /** One partition, so that the first probe lies at its offset 0. */
    private static Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        values.put("topic.partitions", "1");
        values.put("verifier.threads", "1");
        values.put("verifier.http.port", "0");
        values.put("ingest.http.port", "0");
        // Ingest takes larger pictures, which the verifier then can't judge.
        values.put("image.max.pixels", "20000");
        return values;
    }

    private static IngestService ingest(Settings settings) {
        Map<String, String> values = new HashMap<>(values());
        values.remove("image.max.pixels");
        return IngestService.start(IngestSettings.of(
                broker.settings(CommonSettings.of(settings).topics().prefix(), values)));
    }

    private void delete(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().until(() -> !admin.listTopics().names().get().contains(topic));
        }
    }

    private static void verdict(Settings settings, String id, long probeOffset) throws Exception {
        Verdict verdict = Verdict.newBuilder(SampleVerdicts.identified(id, Outcome.MATCH, "ann"))
                .setProbePartition(0)
                .setProbeOffset(probeOffset)
                .build();
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Wired.topics(settings).verdicts(),
                            id,
                            RecordSerde.of(Verdict.class).encode(verdict)))
                    .get();
        }
    }

    private static String field(CompletableFuture<HttpResponse<String>> asked, String name) throws Exception {
        HttpResponse<String> answer = asked.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body()).path(name).asText();
    }

    private HttpResponse<String> post(IngestService ingest, String path, byte[] image) throws Exception {
        return postLater(ingest, path, image).get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpResponse<String>> postLater(IngestService ingest, String path, byte[] image) {
        return http.sendAsync(
                request(ingest.port(), path)
                        .POST(BodyPublishers.ofByteArray(image))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return http.send(request(port, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(LIMIT.multipliedBy(2));
    }
}
