package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * Holds probes of all three tasks that a verifier has judged, half of them by {@code compact/1.2}, half by {@code wide/1}, at
 * int8.
 */
final class JudgedProbes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SUBJECTS = 5;
    private static final Map<String, String> OWN =
            Map.of("verifier.threads", "1", "verifier.http.port", "0", "verifier.precision", "int8");

    private final DrawnCharacters drawings = new DrawnCharacters(5);
    private final Settings settings;
    private final Topics topics;
    private final KafkaProducer<String, byte[]> producer;
    private Instant lastOfTheFirstHalf = Instant.EPOCH;

    private JudgedProbes(SharedBroker broker, String prefix) throws InterruptedException {
        settings = broker.prepare(prefix, OWN);
        topics = Wired.topics(settings);
        producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Makes the probes, and returns when a verifier has judged so many and has been stopped; beside them lies one dead letter.
     */
    static JudgedProbes across(SharedBroker broker, String prefix, int probes) throws Exception {
        JudgedProbes judged = new JudgedProbes(broker, prefix);
        Releases.publish(judged.settings, "wide", new ModelId("wide", "1"));
        for (int subject = 0; subject < SUBJECTS; subject++) {
            judged.enrol("subject" + subject, judged.drawings.png(subject, 0));
        }
        try (VerifierService verifier = VerifierService.start(VerifierSettings.of(judged.settings));
                VerdictReader reader = VerdictReader.open(CommonSettings.of(judged.settings), true)) {
            judged.lastOfTheFirstHalf = judged.submit(0, probes / 2);
            Instant effective = judged.activateWide();
            Awaitility.await().atMost(LIMIT).until(() -> Instant.now().isAfter(effective));
            judged.submit(probes / 2, probes);
            judged.send(Topics::probes, "broken", new byte[] {1});
            List<Verdict> verdicts = new ArrayList<>();
            Awaitility.await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(50)));
                return verdicts.size() == probes;
            });
        }
        return judged;
    }

    /** Returns when the last probe was appended that {@code compact/1.2} has judged. */
    Instant lastOfTheFirstHalf() {
        return lastOfTheFirstHalf;
    }

    /** Enrols the very image of one of the identified probes under a name of its own. */
    void enrolALookAlike() throws Exception {
        enrol("look-alike", drawings.png(2, 3));
    }

    /** Takes a release back, as pruning does. */
    void prune(String model) throws Exception {
        send(Topics::modelReleases, model, null);
    }

    Ran run(String command, String... options) {
        return Ran.on(
                settings, Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new));
    }

    @Override
    public void close() {
        producer.close();
    }

    /** Activates {@code wide/1}, and returns when it takes effect. */
    private Instant activateWide() throws Exception {
        ModelActivation activation =
                new ModelActivation(ModelSlot.SERVING, "wide", "1", Activated.NOTICE.toMillis(), null, "a test", "ann");
        return send(
                        Topics::modelActivations,
                        ModelSlot.SERVING.name(),
                        RecordSerde.of(ModelActivation.class).encode(activation))
                .plus(Activated.NOTICE);
    }

    /** Sends probes, and returns when the last one was appended. */
    private Instant submit(int from, int to) throws Exception {
        RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
        Instant last = Instant.EPOCH;
        for (int i = from; i < to; i++) {
            int subject = i / 3 % SUBJECTS;
            byte[] image = drawings.png(subject, 1 + i % 4);
            Object task = switch (i % 3) {
                case 0 -> new Pair(ByteBuffer.wrap(drawings.png(i % SUBJECTS, 0)), null);
                case 1 -> new Claim("subject" + i % SUBJECTS);
                default -> new Identify(2);
            };
            Probe probe = new Probe("probe" + i, "test", Instant.now(), ByteBuffer.wrap(image), task, null);
            Instant appended = send(Topics::probes, probe.getProbeId(), serde.encode(probe));
            last = appended.isAfter(last) ? appended : last;
        }
        return last;
    }

    private void enrol(String subject, byte[] image) throws Exception {
        Reference reference = new Reference(subject, "1", Instant.now(), ByteBuffer.wrap(image), null);
        send(Topics::references, subject + "/1", RecordSerde.of(Reference.class).encode(reference));
    }

    /** Sends a record, and returns when the broker appended it. */
    private Instant send(Function<Topics, String> topic, String key, byte[] value) throws Exception {
        return Instant.ofEpochMilli(producer.send(new ProducerRecord<>(topic.apply(topics), key, value))
                .get()
                .timestamp());
    }
}
