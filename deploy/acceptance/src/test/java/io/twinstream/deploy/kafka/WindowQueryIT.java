package io.twinstream.deploy.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WindowQueryIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final int VERDICTS = 600;
    private static final int SOURCES = 30;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void eachOfTwoVerifiersAnswersForBothAndOneWhoseNeighbourIsGoneTakesItsPartOver() throws Exception {

        Settings settings = broker.prepare("query", Map.of());
        try (VerifierService first = VerifierService.start(VerifierSettings.of(verifier(settings, "first")))) {
            try (VerifierService second = VerifierService.start(VerifierSettings.of(verifier(settings, "second")))) {
                write(settings);

                Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                    assertEquals(VERDICTS, sum(ask(first, "fold=true"), "verdicts"));
                    assertEquals(VERDICTS, sum(ask(second, "fold=true"), "verdicts"));
                    long here = sum(ask(first, "local=true"), "verdicts");
                    assertTrue(here > 0 && here < VERDICTS, "both have a part: " + here);
                });
                assertEquals(
                        VERDICTS / SOURCES, sum(ask(second, "size=300000&source=gate-7&task=IDENTIFY"), "matches"));
                assertEquals(0, sum(ask(second, "model=compact/77"), "verdicts"));
                JsonNode counts = ask(first, "counts=true");
                assertEquals(VERDICTS, sum(counts, "verdicts"));
                counts.get("windows")
                        .forEach(each -> assertEquals(0, each.get("scores").size()));
                for (VerifierService each : List.of(first, second)) {
                    Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertReady(2, group(each)));
                }
            }
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertReady(1, group(first)));
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
                assertEquals(VERDICTS, sum(ask(first, "local=true"), "verdicts"));
                assertEquals(0, ask(first, "").get("missing").size());
            });
            assertEquals("the parameter size must be one of [10000, 300000]", error(first, "size=5"));
            assertEquals("the parameter from must be a whole number from 0 to 99999999999999", error(first, "from=x"));
            assertEquals("the parameter task must be one of [PAIR, CLAIM, IDENTIFY]", error(first, "task=ALL"));
            assertEquals("the parameter fold must be true or false", error(first, "fold=maybe"));
            assertTrue(error(first, "sise=5").startsWith("there is no parameter sise"));
            String unescaped = unescaped(first, "size=%");
            assertTrue(unescaped.startsWith("HTTP/1.1 400"), unescaped);
            assertTrue(unescaped.contains("the parameter size is no text in the form of addresses"), unescaped);
        }
    }

    private Settings verifier(Settings settings, String name) {
        return Settings.parse(
                AllSettings.define(),
                settings.originalsStrings(),
                Map.of(
                        "verifier.http.port",
                        "0",
                        "verifier.state.dir",
                        folder.resolve(name).toString()));
    }

    private static void write(Settings settings) {
        RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            // The brokers would refuse its window's record, whose time is the window's start.
            Verdict ahead = Verdict.newBuilder(SampleVerdicts.identified("ahead", Outcome.MATCH, "ann"))
                    .setAppendedAt(Instant.now().plus(Duration.ofHours(2)))
                    .build();
            producer.send(new ProducerRecord<>(Wired.topics(settings).verdicts(), "ahead", serde.encode(ahead)));
            for (int i = 0; i < VERDICTS; i++) {
                Verdict verdict = Verdict.newBuilder(SampleVerdicts.identified("probe-" + i, Outcome.MATCH, "ann"))
                        .setSourceId("gate-" + i % SOURCES)
                        .setAppendedAt(Instant.now())
                        .setDecidedAt(Instant.now())
                        .build();
                producer.send(new ProducerRecord<>(
                        Wired.topics(settings).verdicts(), verdict.getProbeId(), serde.encode(verdict)));
            }
        }
    }

    private static void assertReady(int verifiers, JsonNode group) {
        assertEquals(verifiers, group.get("verifiers").size(), group.toString());
        group.get("verifiers").forEach(each -> {
            assertTrue(each.get("answers").asBoolean(), group.toString());
            assertTrue(each.get("ready").asBoolean(), group.toString());
        });
    }

    private JsonNode group(VerifierService verifier) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d/v1/group".formatted(verifier.port()));
        return new ObjectMapper()
                .readTree(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private static long sum(JsonNode answer, String field) {
        return StreamSupport.stream(answer.get("windows").spliterator(), false)
                .mapToLong(window -> window.get(field).asLong())
                .sum();
    }

    private JsonNode ask(VerifierService verifier, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(verifier, query);
        assertEquals(200, answer.statusCode(), answer.body());
        return new ObjectMapper().readTree(answer.body());
    }

    private String error(VerifierService verifier, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(verifier, query);
        assertEquals(400, answer.statusCode(), answer.body());
        return new ObjectMapper().readTree(answer.body()).get("error").asText();
    }

    private HttpResponse<String> get(VerifierService verifier, String query) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d/v1/match-windows?%s".formatted(verifier.port(), query));
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks with a query that no client would send, and returns all that comes. */
    private static String unescaped(VerifierService verifier, String query) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", verifier.port())) {
            socket.getOutputStream()
                    .write("GET /v1/match-windows?%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(query)
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
