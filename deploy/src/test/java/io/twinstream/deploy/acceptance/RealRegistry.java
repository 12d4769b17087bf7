package io.twinstream.deploy.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.Images.Drawing;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.ProbeTask;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.RegistrySettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A real registry, away, there, and away again: a verifier judges probes of both formats, Apicurio's own serdes on the
 * other side; one without a registry judges what was written with it.
 */
final class RealRegistry implements Check {
    private static final int EACH = 50;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration AWAY = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String INCOMPATIBLE =
            "{\"schema\": \"{\\\"type\\\": \\\"record\\\", \\\"name\\\": \\\"Probe\\\", \\\"namespace\\\": \\\"io.twinstream.schemas.record\\\", \\\"fields\\\": [{\\\"name\\\": \\\"weight\\\", \\\"type\\\": \\\"int\\\"}]}\"}";

    @Override
    public Result run(Path images) throws Exception {
        List<Drawing> drawings = Images.read(images).all();
        try (Rig rig = new Rig();
                RegistryServer registry = new RegistryServer()) {
            Topics topics = rig.createTopics("registry");
            Settings without = rig.settings("registry");
            Settings with = rig.settings("registry", RegistrySettings.URL, registry.url());
            int enrolled = new Mix(Images.read(images), 6).enrol(rig, topics);
            Set<String> judged = new HashSet<>();
            try (ImagePublisher publisher = ImagePublisher.open(with);
                    VerdictReader reader = VerdictReader.open(without, true)) {
                int early;
                int late;
                int mixed;
                int cut;
                int peerRead;
                boolean refused;
                String refusal;
                String absence;
                try (VerifierService verifier = Rig.verifier(with, enrolled)) {
                    own(rig, topics, "early", drawings);
                    early = read(reader, judged, EACH, AWAY);
                    registry.start();
                    registry.send("PUT", "/apis/ccompat/v7/config", "{\"compatibility\": \"FULL\"}");
                    late = read(reader, judged, EACH, LIMIT);
                    try (RegistryPeer peer = new RegistryPeer(rig.bootstrapServers(), registry.url())) {
                        own(rig, topics, "single", drawings);
                        publish(publisher, "framed", drawings);
                        for (int i = 0; i < EACH; i++) {
                            peer.identify(
                                    topics.probes(),
                                    "peer-" + i,
                                    drawings.get(i).png());
                        }
                        mixed = read(reader, judged, 4 * EACH, LIMIT) - late;
                        peerRead = peerRead(rig, topics, peer);
                    }
                    refused = registry.send(
                                    "POST", "/apis/ccompat/v7/subjects/registry.probes-value/versions", INCOMPATIBLE)
                            == 409;
                    registry.send("POST", "/apis/ccompat/v7/subjects/foreign.probes-value/versions", INCOMPATIBLE);
                    rig.createTopics("foreign");
                    refusal = submit(rig, registry, "foreign", drawings.get(0));
                    registry.stop();
                    own(rig, topics, "cut-single", drawings);
                    publish(publisher, "cut-framed", drawings);
                    cut = read(reader, judged, 6 * EACH, LIMIT) - mixed - late;
                    absence = submit(rig, registry, "registry", drawings.get(0));
                }
                int plain;
                int all;
                try (VerifierService verifier = Rig.verifier(without, enrolled)) {
                    own(rig, topics, "plain-single", drawings);
                    publish(publisher, "plain-framed", drawings);
                    plain = read(reader, judged, 8 * EACH, LIMIT) - cut - mixed - late;
                }
                try (VerdictReader other = VerdictReader.open(with, true)) {
                    all = read(other, new HashSet<>(), 8 * EACH, LIMIT);
                }
                String figures =
                        "%d of %d verdicts before the registry was there, %d once it was; %d of %d probes in three writers' formats on one topic judged with it, %d of their verdicts read by Apicurio's own serde; after its end %d of %d; %d of %d judged by a verifier without it; %d verdicts of both kinds read where it is set; an incompatible schema was %s; refusal: %s; absence: %s"
                                .formatted(
                                        early,
                                        EACH,
                                        late,
                                        mixed,
                                        3 * EACH,
                                        peerRead,
                                        cut,
                                        2 * EACH,
                                        plain,
                                        2 * EACH,
                                        all,
                                        refused ? "refused" : "TAKEN",
                                        refusal,
                                        absence);
                boolean kept = early == 0
                        && late == EACH
                        && mixed == 3 * EACH
                        && peerRead == 4 * EACH
                        && cut == 2 * EACH
                        && plain == 2 * EACH
                        && all == 8 * EACH
                        && refused
                        && refusal.matches("twinstream: .*refuses Probe as the schema of foreign.probes.*")
                        && absence.matches("twinstream: .*doesn't answer.*");
                return new Result(kept, figures);
            }
        }
    }

    private static void own(Rig rig, Topics topics, String name, List<Drawing> drawings) {
        for (int i = 0; i < EACH; i++) {
            rig.identify(topics, name + "-" + i, drawings.get(i).png());
        }
        rig.flush();
    }

    private static void publish(ImagePublisher publisher, String name, List<Drawing> drawings) throws Exception {
        for (int i = 0; i < EACH; i++) {
            publisher
                    .probe(new ProbeRequest(
                            name + "-" + i, "acceptance", drawings.get(i).png(), new ProbeTask.Identify(1)))
                    .get();
        }
    }

    /** Reads until so many probes have a verdict; returns how many have. */
    private static int read(VerdictReader reader, Set<String> judged, int wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (judged.size() < wanted && System.nanoTime() < end) {
            reader.poll(POLL).stream().map(Verdict::getProbeId).forEach(judged::add);
        }
        return judged.size();
    }

    /** Verdicts in the registry's format that Apicurio's deserializer reads. */
    private static int peerRead(Rig rig, Topics topics, RegistryPeer peer) {
        Set<String> read = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> each : records(rig, topics.verdicts())) {
            if (each.value()[0] == 0) {
                read.add(peer.verdict(each.topic(), each.value()).getProbeId());
            }
        }
        return read.size();
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Rig rig, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                rig.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }

    /** What the command says that sends a probe. */
    private static String submit(Rig rig, RegistryServer registry, String prefix, Drawing drawing) throws Exception {
        Path file = Files.createTempFile("probe", ".png");
        try {
            Files.write(file, drawing.png());
            Process command = new ProcessBuilder(
                            System.getProperty("twinstream.launcher", "deploy/twinstream"),
                            "submit",
                            file.toString(),
                            "--set",
                            CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                            "--set",
                            CommonSettings.TOPIC_PREFIX + "=" + prefix,
                            "--set",
                            RegistrySettings.URL + "=" + registry.url())
                    .redirectErrorStream(true)
                    .start();
            return new String(command.getInputStream().readAllBytes(), UTF_8).strip();
        } finally {
            Files.delete(file);
        }
    }
}
