package io.twinstream.deploy.cli.images;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.deploy.testkit.SecureCluster;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForbiddenResultsIT {
    private static final String PREFIX = "forbidden";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final byte[] picture = new DrawnCharacters(3).png(1, 1);
    private final HttpClient http = HttpClient.newHttpClient();
    private SecureCluster cluster;

    @BeforeAll
    void start() throws Exception {
        cluster = new SecureCluster();
        Settings settings = cluster.settings(SecureCluster.ADMIN, PREFIX);
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(Wired.topics(settings).all());
        }
        allowAllBut(Wired.topics(settings).deadLetters(), "u1");
        allowAllBut(Wired.topics(settings).verdicts(), "u2");
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void whoMayNotReadDeadLettersWaitsForVerdictsAndIsToldSo(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("a.png"), picture);

        Ran ran = run("u1", "submit", file.toString(), "--wait", "1s");

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertTrue(
                ran.err()
                        .startsWith(
                                "twinstream: dead letters can't be read, so that a probe without verdict may be one: the topic forbidden.dead-letters is forbidden"),
                ran.err());
        assertTrue(ran.err().contains("1 of 1 verdicts have not come within 1 s"), ran.err());
    }

    @Test
    void anIngestThatMayNotReadDeadLettersAnswersWithVerdicts() throws Exception {
        try (IngestService ingest = ingest("u1")) {
            verdict("p1");

            HttpResponse<String> found = get(ingest, "/v1/probes/p1/verdict?wait=30s");

            assertEquals(200, found.statusCode(), found.body());
            assertEquals(404, get(ingest, "/v1/probes/p2/verdict").statusCode());
        }
    }

    @Test
    void anIngestThatMayNotReadVerdictsTakesProbesAndSaysSo() throws Exception {
        try (IngestService ingest = ingest("u2")) {
            await().atMost(LIMIT)
                    .until(() -> post(ingest, "/v1/probes?id=p3&wait=1s")
                            .body()
                            .startsWith("{\"id\":\"p3\",\"notWaited\":\"the topic forbidden.verdicts is forbidden"));

            HttpResponse<String> answer = post(ingest, "/v1/probes?id=p4&wait=60s");

            assertEquals(202, answer.statusCode());
            assertEquals(503, get(ingest, "/v1/probes/p4/verdict").statusCode());
            assertEquals(200, get(ingest, "/health/ready").statusCode());
        }
    }

    private IngestService ingest(String user) {
        return IngestService.start(IngestSettings.of(cluster.settings(user, PREFIX, "ingest.http.port", "0")));
    }

    private void verdict(String id) throws Exception {
        Settings settings = cluster.settings(SecureCluster.ADMIN, PREFIX);
        byte[] verdict = RecordSerde.of(Verdict.class).encode(SampleVerdicts.identified(id, Outcome.MATCH, "ann"));
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Wired.topics(settings).verdicts(), id, verdict))
                    .get();
        }
    }

    private HttpResponse<String> post(IngestService ingest, String path) throws Exception {
        return http.send(
                request(ingest, path).POST(BodyPublishers.ofByteArray(picture)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(IngestService ingest, String path) throws Exception {
        return http.send(request(ingest, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(IngestService ingest, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(ingest.port(), path)))
                .timeout(LIMIT);
    }

    private void allowAllBut(String topic, String user) throws Exception {
        cluster.allow(AccessTable.of(ClusterUser.INGEST, AccessSettings.of(cluster.settings(user, PREFIX))).stream()
                .filter(grant -> !grant.resource().name().equals(topic))
                .flatMap(grant -> grant.bindings("User:" + user))
                .toList());
    }

    private Ran run(String user, String... command) {
        Settings settings = cluster.settings(user, PREFIX);
        return Ran.run(Stream.concat(
                        Stream.of(command),
                        settings.originalsStrings().entrySet().stream()
                                .flatMap(each -> Stream.of("--set", each.getKey() + "=" + each.getValue())))
                .toArray(String[]::new));
    }
}
