package io.twinstream.deploy.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelSlot;
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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ModelSwapIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SUBJECTS = 5;
    private static final ModelId SECOND = new ModelId("letters", "2");

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private final DrawnCharacters drawings = new DrawnCharacters(7);
    private final Map<String, Verdict> verdicts = new HashMap<>();
    private Settings settings;
    private Topics topics;
    private KafkaProducer<String, byte[]> producer;
    private VerdictReader reader;
    private int sent;

    @BeforeEach
    void prepare(TestInfo test) throws Exception {
        String prefix = test.getTestMethod().orElseThrow().getName().substring(0, 20);
        settings = broker.prepare(prefix, Map.of("verifier.http.port", "0", "verifier.threads", "2"));
        topics = Wired.topics(settings);
        producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer());
        reader = VerdictReader.open(CommonSettings.of(settings), true);
        for (int subject = 0; subject < SUBJECTS; subject++) {
            Reference reference =
                    new Reference("s" + subject, "1", Instant.now(), ByteBuffer.wrap(drawings.png(subject, 0)), null);
            producer.send(new ProducerRecord<>(
                            topics.references(),
                            "s" + subject + "/1",
                            RecordSerde.of(Reference.class).encode(reference)))
                    .get();
        }
    }

    @AfterEach
    void close() {
        reader.close();
        producer.close();
    }

    @Test
    void probesAreJudgedByTheVersionThatTheirAppendTimeNames() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (VerifierService verifier = started()) {
            probe();
            Instant change = Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ofSeconds(3));

            probeUntil(change.plusSeconds(1));
            awaitVerdicts();

            for (Verdict verdict : verdicts.values()) {
                boolean after = !verdict.getAppendedAt().isBefore(change);
                assertEquals(after ? "letters" : "compact", verdict.getModelName(), verdict.toString());
                assertEquals(SUBJECTS, verdict.getGallerySize());
            }
            assertEquals(
                    2,
                    verdicts.values().stream()
                            .map(Verdict::getModelSha256)
                            .distinct()
                            .count());
            assertEquals("letters", verifier.status().get("model"));
        }
    }

    @Test
    void aVerifierThatStartsLateJudgesEachProbeByTheVersionOfItsTime() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        probe();
        Instant change = Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ZERO);
        probeUntil(change.plusMillis(500));

        try (VerifierService verifier = started()) {
            awaitVerdicts();

            for (Verdict verdict : verdicts.values()) {
                boolean after = !verdict.getAppendedAt().isBefore(change);
                assertEquals(after ? "letters" : "compact", verdict.getModelName(), verdict.toString());
                assertEquals(SUBJECTS, verdict.getGallerySize());
            }
            assertTrue(verifier.ready());
        }
    }

    @Test
    void theShadowSaysWhatItWouldHaveSaidAndChangesNothing() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (VerifierService verifier = started()) {
            probe();
            awaitVerdicts();
            assertNull(verdicts.get("p-0").getShadow());
            Releases.activate(settings, ModelSlot.SHADOW, SECOND, Duration.ZERO);

            Awaitility.await().atMost(LIMIT).until(() -> {
                probe();
                awaitVerdicts();
                return verdicts.get("p-" + (sent - 1)).getShadow() != null;
            });

            Verdict verdict = verdicts.get("p-" + (sent - 1));
            assertEquals("compact", verdict.getModelName());
            assertEquals("letters", verdict.getShadow().getModelName());
            assertNotNull(verdict.getShadow().getScore());
            assertEquals(SUBJECTS, verdict.getShadow().getGallerySize());
            assertEquals(
                    verdict.getCandidates().get(0).getSubjectId(),
                    verdict.getShadow().getSubjectId());
        }
    }

    @Test
    void theFirstActivationIsRolledBackHoweverLongItHasServed() throws Exception {
        Releases.publish(settings, "wide", SECOND);
        try (VerifierService verifier = started()) {
            String own = verifier.serving().id().toString();
            Instant change = Releases.activate(settings, ModelSlot.SERVING, SECOND, Duration.ZERO);
            probeUntil(change.plusMillis(500));
            awaitVerdicts();
            assertEquals("letters", verdicts.get("p-" + (sent - 1)).getModelName());
            // What nobody needs is dropped once it has been idle for 10 s.
            Awaitility.await()
                    .during(Duration.ofSeconds(13))
                    .atMost(LIMIT)
                    .until(() -> verifier.status().get("versions").toString().contains(own));

            Instant back = Wired.control(settings)
                    .rollback("a test", "a test")
                    .activated()
                    .effectiveAt();

            probeUntil(back.plusMillis(500));
            awaitVerdicts();
            assertEquals("compact", verdicts.get("p-" + (sent - 1)).getModelName());
            assertEquals(SUBJECTS, verdicts.get("p-" + (sent - 1)).getGallerySize());
        }
    }

    private VerifierService started() throws IOException {
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await().atMost(LIMIT).until(verifier::ready);
        return verifier;
    }

    private void probe() throws Exception {
        String id = "p-" + sent;
        Probe probe = new Probe(
                id, "test", Instant.now(), ByteBuffer.wrap(drawings.png(sent % SUBJECTS, 1)), new Identify(1), null);
        producer.send(new ProducerRecord<>(
                        topics.probes(), id, RecordSerde.of(Probe.class).encode(probe)))
                .get();
        sent++;
    }

    /** Sends probes one after the other. */
    private void probeUntil(Instant end) throws Exception {
        while (Instant.now().isBefore(end)) {
            probe();
        }
    }

    private void awaitVerdicts() {
        Awaitility.await().atMost(LIMIT).until(() -> {
            reader.poll(Duration.ofMillis(50)).forEach(each -> verdicts.put(each.getProbeId(), each));
            return verdicts.size() == sent;
        });
    }
}
