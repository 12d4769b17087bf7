package io.twinstream.deploy.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
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
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Runs ingest and a verifier that passes orders on to it, both with tokens, and calls the verifier. */
final class WatchRig implements AutoCloseable {
    static final String OPERATOR = "operator";
    static final String READER = "reader";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Settings settings;
    private final IngestService ingest;
    private final VerifierService verifier;

    private WatchRig(SharedBroker broker, String prefix) throws IOException {
        ingest = IngestService.start(IngestSettings.of(settings(broker, prefix, "")));
        settings = settings(broker, prefix, "http://127.0.0.1:" + ingest.port());
        verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await().atMost(LIMIT).until(verifier::ready);
    }

    static WatchRig start(SharedBroker broker, String prefix) throws IOException, InterruptedException {
        return without(broker, prefix, List.of());
    }

    /** Starts on a cluster that lacks some of the topics, as one does that was made for an earlier release. */
    static WatchRig without(SharedBroker broker, String prefix, List<String> missing)
            throws IOException, InterruptedException {
        Settings settings = settings(broker, prefix, "");
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin)
                    .create(Wired.topics(settings).all().stream()
                            .filter(each -> missing.stream()
                                    .noneMatch(name -> each.name().equals(prefix + "." + name)))
                            .toList());
        }
        return new WatchRig(broker, prefix);
    }

    private static Settings settings(SharedBroker broker, String prefix, String ingestUrl) {
        Map<String, String> values = new HashMap<>();
        values.put("verifier.threads", "1");
        values.put("verifier.http.port", "0");
        values.put("verifier.http.token", OPERATOR);
        values.put("verifier.http.read.token", READER);
        values.put("verifier.ingest.url", ingestUrl);
        values.put("verifier.ingest.token", "inner");
        values.put("ingest.http.port", "0");
        values.put("ingest.http.token", "inner");
        return broker.settings(prefix, values);
    }

    VerifierService verifier() {
        return verifier;
    }

    Topics topics() {
        return Wired.topics(settings);
    }

    HttpResponse<byte[]> send(String token, String method, String path, byte[] body) throws Exception {
        return http.send(
                request(token, path)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(request(READER, path).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> picture(String path) throws Exception {
        return send(READER, "GET", path, new byte[0]);
    }

    JsonNode read(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body());
    }

    /** Enrols through the verifier, and returns when the verifier shows it. */
    String enrol(String subject, byte[] image) throws Exception {
        HttpResponse<byte[]> answer = send(OPERATOR, "POST", "/v1/subjects/%s/references".formatted(subject), image);
        assertEquals(202, answer.statusCode(), new String(answer.body()));
        String id = JSON.readTree(answer.body()).get("id").asText();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> read("/v1/subjects?limit=500&prefix=" + subject)
                        .path("subjects")
                        .toString()
                        .contains(id));
        return id;
    }

    /** Sends a probe to ingest, and returns its verdict as the verifier shows it. */
    JsonNode judge(String query, String type, byte[] body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v1/probes?%s".formatted(ingest.port(), query));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer inner")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(202, answer.statusCode(), answer.body());
        String id = JSON.readTree(answer.body()).get("id").asText();
        return Awaitility.await().atMost(LIMIT).until(() -> verdict(id), verdict -> !verdict.isMissingNode());
    }

    private JsonNode verdict(String probe) throws Exception {
        for (JsonNode each : read("/v1/verdicts?limit=200").path("verdicts")) {
            if (each.path("probe").asText().equals(probe)) {
                return each;
            }
        }
        return JSON.missingNode();
    }

    <T extends SpecificRecordBase> void write(String topic, String key, Class<T> type, T record) throws Exception {
        write(topic, key, RecordSerde.of(type).encode(record));
    }

    void write(String topic, String key, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    /** Returns the first lines of the events, up to one with this event and its data. */
    String event(String query, String name) throws Exception {
        HttpRequest request = request(READER, "/v1/events" + query).build();
        HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
        assertEquals(200, answer.statusCode());
        try (var lines = answer.body()) {
            var each = lines.iterator();
            while (!each.next().equals("event: " + name)) {
                // Another event's.
            }
            return each.next().substring("data: ".length());
        }
    }

    private HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verifier.port() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        verifier.close();
        ingest.close();
    }
}
