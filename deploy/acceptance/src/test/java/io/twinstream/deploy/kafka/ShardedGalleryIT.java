package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ShardedGalleryIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String PREFIX = "shards";
    private static final int SUBJECTS = 60;
    private static final int PROBES = 400;

    private final DrawnCharacters drawings = new DrawnCharacters(7);
    private final List<Verdict> read = new ArrayList<>();
    private int sent;

    @Test
    void twoShardsSayWhatOneVerifierSaysOnceAlsoWhereOneOfThemIsAwayMeanwhile() throws Exception {

        Settings whole = settings("whole", 1, 0);
        try (VerdictReader reader = VerdictReader.open(CommonSettings.of(whole), true);
                var producer = new KafkaProducer<>(whole.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            Topics topics = Wired.topics(whole);
            enrol(producer, topics);
            probe(producer, topics, PROBES);
            Map<String, Verdict> expected = new HashMap<>();

            VerifierService second;
            try (VerifierService first = started(settings("parts", 2, 0))) {
                awaitWaiting(first, PROBES);
                assertTrue(reader.poll(Duration.ofSeconds(1)).isEmpty());
                second = started(settings("parts", 2, 1));
                awaitVerdicts(reader, PROBES);
                second.close();
                probe(producer, topics, PROBES);
                awaitWaiting(first, PROBES);
                second = started(settings("parts", 2, 1));
                awaitVerdicts(reader, 2 * PROBES);
                awaitWaiting(first, second, 0);
                assertEquals(
                        SUBJECTS,
                        (int) first.status().get("gallerySize")
                                + (int) second.status().get("gallerySize"));
            }
            second.close();
            assertTrue(reader.poll(Duration.ofSeconds(1)).isEmpty());
            List<Verdict> merged = List.copyOf(read);
            try (VerifierService verifier = started(whole)) {
                awaitVerdicts(reader, 4 * PROBES);
            }
            read.subList(2 * PROBES, 4 * PROBES).forEach(each -> expected.put(each.getProbeId(), each));

            assertEquals(
                    2 * PROBES,
                    merged.stream().map(Verdict::getProbeId).distinct().count());
            for (Verdict each : merged) {
                assertEquals(expected.get(each.getProbeId()), timed(each, expected));
            }
            // The broken image of each of the two, once by the shards and once by the whole.
            assertEquals(4, deadLetters(whole, topics));
        }
    }

    private static Verdict timed(Verdict merged, Map<String, Verdict> expected) {
        return Verdict.newBuilder(merged)
                .setDecidedAt(expected.get(merged.getProbeId()).getDecidedAt())
                .build();
    }

    private static Settings settings(String group, int shards, int shard) throws InterruptedException {
        return broker.prepare(
                PREFIX,
                Map.of(
                        "verifier.group",
                        group,
                        "verifier.gallery.shards",
                        Integer.toString(shards),
                        "verifier.gallery.shard",
                        Integer.toString(shard),
                        "verifier.http.port",
                        "0",
                        "verifier.windows",
                        "false",
                        // What shards take by themselves; one verifier would choose.
                        "verifier.precision",
                        "fp32",
                        "verifier.threads",
                        "1"));
    }

    private static VerifierService started(Settings settings) throws IOException {
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        Awaitility.await().atMost(LIMIT).until(verifier::ready);
        return verifier;
    }

    private void enrol(KafkaProducer<String, byte[]> producer, Topics topics) {
        for (int subject = 0; subject < SUBJECTS; subject++) {
            Reference reference =
                    new Reference("s" + subject, "1", Instant.now(), ByteBuffer.wrap(drawings.png(subject, 0)), null);
            producer.send(new ProducerRecord<>(
                    topics.references(),
                    "s" + subject + "/1",
                    RecordSerde.of(Reference.class).encode(reference)));
        }
        producer.flush();
    }

    /** Sends probes of all tasks, and one without a picture besides. */
    private void probe(KafkaProducer<String, byte[]> producer, Topics topics, int count) {
        for (int i = 0; i < count; i++, sent++) {
            byte[] image = drawings.png(sent % (SUBJECTS + 10), 1 + sent % 3);
            Object task = sent % 4 == 0
                    ? new Claim("s" + sent % 7)
                    : sent % 4 == 1
                            ? new Pair(ByteBuffer.wrap(drawings.png(sent % 5, 0)), null)
                            : new Identify(1 + sent % 9);
            send(producer, topics, "p-" + sent, image, task);
        }
        send(producer, topics, "broken-" + sent, new byte[] {1}, new Identify(1));
        producer.flush();
    }

    private static void send(
            KafkaProducer<String, byte[]> producer, Topics topics, String id, byte[] image, Object task) {
        Probe probe = new Probe(id, "test", Instant.now(), ByteBuffer.wrap(image), task, null);
        producer.send(new ProducerRecord<>(
                topics.probes(), id, RecordSerde.of(Probe.class).encode(probe)));
    }

    private static void awaitWaiting(VerifierService verifier, int probes) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> verifier.status().get("waitingForShards").equals(probes));
    }

    private static void awaitWaiting(VerifierService first, VerifierService second, int probes) {
        awaitWaiting(first, probes);
        awaitWaiting(second, probes);
    }

    private void awaitVerdicts(VerdictReader reader, int count) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            read.addAll(reader.poll(Duration.ofMillis(50)));
            return read.size() >= count;
        });
        assertEquals(count, read.size());
    }

    private static long deadLetters(Settings settings, Topics topics) {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        List<TopicPartition> partitions = List.of(new TopicPartition(topics.deadLetters(), 0));
        long letters = 0;
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = consumer.endOffsets(partitions).get(partitions.get(0));
            while (consumer.position(partitions.get(0)) < end) {
                letters += consumer.poll(Duration.ofMillis(100)).count();
            }
        }
        return letters;
    }
}
