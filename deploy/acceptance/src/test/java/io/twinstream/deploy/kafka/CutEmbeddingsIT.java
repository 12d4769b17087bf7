package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cuts the file in which a verifier's gallery has its numbers, while the verifier runs. */
class CutEmbeddingsIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String PREFIX = "cut-embeddings";
    /** More than a tile of the gallery, which has its numbers in memory. */
    private static final int REFERENCES = 1_300;

    private static final int PROBES = 20;

    private final DrawnCharacters drawings = new DrawnCharacters(7);
    private final List<Verdict> verdicts = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void everyProbeIsJudgedOnceAndAsBefore() throws Exception {
        Settings settings = broker.prepare(
                PREFIX,
                Map.of(
                        "verifier.group", PREFIX,
                        "verifier.http.port", "0",
                        "verifier.threads", "1",
                        "verifier.windows", "false",
                        "verifier.embeddings.dir", folder.toString()));
        Topics topics = Wired.topics(settings);
        try (VerdictReader reader = VerdictReader.open(CommonSettings.of(settings), true);
                var producer =
                        new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            enrol(producer, topics);
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings))) {
                Awaitility.await().atMost(LIMIT).until(verifier::ready);
                probe(producer, topics, "before");
                awaitVerdicts(reader, PROBES);
                Path file = file();
                Object key = Files.readAttributes(file, "unix:ino").get("ino");

                try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    other.truncate(0);
                }
                probe(producer, topics, "after");

                awaitVerdicts(reader, 2 * PROBES);
                assertEquals(REFERENCES, verifier.status().get("gallerySize"));
                assertNotEquals(key, Files.readAttributes(file(), "unix:ino").get("ino"));
            }
        }
        assertEquals(
                2 * PROBES,
                verdicts.stream().map(Verdict::getProbeId).distinct().count());
        for (int i = 0; i < PROBES; i++) {
            assertEquals(best("before" + i), best("after" + i));
        }
    }

    private void enrol(KafkaProducer<String, byte[]> producer, Topics topics) {
        RecordSerde<Reference> serde = RecordSerde.of(Reference.class);
        for (int i = 0; i < REFERENCES; i++) {
            ByteBuffer image = ByteBuffer.wrap(drawings.png(i % 100, i / 100));
            producer.send(new ProducerRecord<>(
                    topics.references(),
                    "s" + i + "/1",
                    serde.encode(new Reference("s" + i, "1", Instant.now(), image, null))));
        }
        producer.flush();
    }

    private void probe(KafkaProducer<String, byte[]> producer, Topics topics, String name) {
        RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
        for (int i = 0; i < PROBES; i++) {
            ByteBuffer image = ByteBuffer.wrap(drawings.png(i, 50));
            String id = name + i;
            producer.send(new ProducerRecord<>(
                    topics.probes(),
                    id,
                    serde.encode(new Probe(id, "test", Instant.now(), image, new Identify(5), null))));
        }
        producer.flush();
    }

    private void awaitVerdicts(VerdictReader reader, int count) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            verdicts.addAll(reader.poll(Duration.ofMillis(100)));
            return verdicts.size() >= count;
        });
    }

    /** Returns the subject of a probe's best candidate. */
    private String best(String probe) {
        return verdicts.stream()
                .filter(each -> each.getProbeId().equals(probe))
                .map(each -> each.getCandidates().get(0).getSubjectId())
                .findFirst()
                .orElseThrow();
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }
}
