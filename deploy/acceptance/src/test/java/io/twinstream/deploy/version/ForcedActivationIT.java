package io.twinstream.deploy.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ForcedActivationIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ModelId UNSIGNED = new ModelId("letters", "2");

    @TempDir
    Path folder;

    @Test
    void aVerifierThatMustJudgeByAVersionItRefusesStopsWithTheReasonAndGoesOnOnceTheCauseIsMended() throws Exception {

        Path key = Files.writeString(
                folder.resolve("public.pem"),
                Ed25519Keys.pem(Ed25519Keys.generate().getPublic()));
        Settings strict = settings(Map.of("models.trusted.keys", key.toString()));
        Settings mended = settings(Map.of());
        Releases.publish(mended, "wide", UNSIGNED);
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(strict))) {
            Awaitility.await().atMost(LIMIT).until(verifier::ready);
            Instant change = Releases.activate(strict, ModelSlot.SERVING, UNSIGNED, Duration.ZERO);
            Awaitility.await().atMost(LIMIT).until(() -> Instant.now().isAfter(change));
            probe(strict);

            String failure = verifier.awaitEnd();

            assertTrue(failure.startsWith("judging probes failed: letters/2 judges probes appended at "), failure);
            assertTrue(failure.contains(" and is refused here: the release letters/2 is not signed"), failure);
            assertEquals(1, failure.lines().count(), failure);
            assertFalse(verifier.ready());
        }

        List<Verdict> verdicts = new ArrayList<>();
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(mended));
                VerdictReader reader = VerdictReader.open(CommonSettings.of(mended), true)) {
            Awaitility.await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(50)));
                return !verdicts.isEmpty() && verifier.ready();
            });
        }
        assertEquals(1, verdicts.size());
        assertEquals("letters", verdicts.get(0).getModelName());
    }

    private Settings settings(Map<String, String> more) throws InterruptedException {
        Map<String, String> values = new HashMap<>(more);
        values.putAll(Map.of(
                "verifier.http.port",
                "0",
                "models.cache.dir",
                folder.resolve("cache").toString()));
        return broker.prepare("forced", values);
    }

    private static void probe(Settings settings) throws Exception {
        DrawnCharacters drawings = new DrawnCharacters(7);
        Probe probe = new Probe(
                "p-1",
                "test",
                Instant.now(),
                ByteBuffer.wrap(drawings.png(0, 0)),
                new Pair(ByteBuffer.wrap(drawings.png(0, 1)), null),
                null);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Wired.topics(settings).probes(),
                            "p-1",
                            RecordSerde.of(Probe.class).encode(probe)))
                    .get();
        }
    }
}
