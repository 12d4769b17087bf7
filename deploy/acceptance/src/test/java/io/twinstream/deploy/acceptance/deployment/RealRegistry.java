package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.settings.SendSettings;
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
 * Works with a real registry that is away, there, and away again: a verifier judges probes of both formats, with Apicurio's own
 * serdes on the other side. One without a registry judges what was written with it.
 */
public final class RealRegistry implements AcceptanceCheck {
    private static final int EACH = 50;
    private static final int CONFLICT = 409;
    private static final String SUBJECT = "/apis/ccompat/v7/subjects/%s.probes-value/versions";
    private static final String[] WRITERS = {
        "early", "single", "framed", "peer", "cut-single", "cut-framed", "plain-single", "plain-framed"
    };
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration AWAY = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String INCOMPATIBLE =
            "{\"schema\": \"{\\\"type\\\": \\\"record\\\", \\\"name\\\": \\\"Probe\\\", \\\"namespace\\\": \\\"io.twinstream.schemas.record\\\", \\\"fields\\\": [{\\\"name\\\": \\\"weight\\\", \\\"type\\\": \\\"int\\\"}]}\"}";

    private final Set<String> judged = new HashSet<>();

    @Override
    public Result run(Path images) throws Exception {
        Images read = Images.read(images);
        List<Drawing> drawings = read.all();
        try (Rig rig = new Rig();
                RegistryServer registry = new RegistryServer()) {
            Topics topics = rig.createTopics("registry");
            Settings without = rig.settings("registry");
            Settings with = rig.settings("registry", RegistrySettings.URL, registry.url());
            int enrolled = new Mix(read, 6).enrol(rig, topics);
            try (ImagePublisher publisher = ImagePublisher.open(
                            Wired.clients(with), Wired.topics(with), SendSettings.of(with, CommonSettings.of(with)));
                    VerdictReader reader = VerdictReader.open(CommonSettings.of(without), true)) {
                List<Integer> counts = new ArrayList<>();
                List<String> errors = new ArrayList<>();
                boolean refused;
                try (VerifierService verifier = Rig.verifier(with, enrolled)) {
                    own(rig, topics, "early", drawings);
                    counts.add(judged(reader, AWAY, "early"));
                    registry.start();
                    registry.send("PUT", "/apis/ccompat/v7/config", "{\"compatibility\": \"FULL\"}");
                    counts.add(judged(reader, LIMIT, "early"));
                    try (RegistryPeer peer = new RegistryPeer(rig.bootstrapServers(), registry.url())) {
                        own(rig, topics, "single", drawings);
                        publish(publisher, "framed", drawings);
                        for (int i = 0; i < EACH; i++) {
                            peer.identify(
                                    topics.probes(),
                                    "peer-" + i,
                                    drawings.get(i).png());
                        }
                        counts.add(judged(reader, LIMIT, "single", "framed", "peer"));
                        counts.add(peerRead(rig, topics, peer));
                    }
                    refused = registry.send("POST", SUBJECT.formatted("registry"), INCOMPATIBLE) == CONFLICT;
                    registry.send("POST", SUBJECT.formatted("foreign"), INCOMPATIBLE);
                    rig.createTopics("foreign");
                    errors.add(submit(rig, registry, "foreign", drawings.get(0)));
                    registry.stop();
                    own(rig, topics, "cut-single", drawings);
                    publish(publisher, "cut-framed", drawings);
                    counts.add(judged(reader, LIMIT, "cut-single", "cut-framed"));
                    errors.add(submit(rig, registry, "registry", drawings.get(0)));
                }
                try (VerifierService verifier = Rig.verifier(without, enrolled)) {
                    own(rig, topics, "plain-single", drawings);
                    publish(publisher, "plain-framed", drawings);
                    counts.add(judged(reader, LIMIT, "plain-single", "plain-framed"));
                }
                int all = judged.size();
                judged.clear();
                try (VerdictReader other = VerdictReader.open(CommonSettings.of(with), true)) {
                    counts.add(judged(other, LIMIT, WRITERS));
                }
                errors.forEach(System.err::println);
                boolean told = errors.get(0)
                                .matches("twinstream: .*refuses Probe as the schema of foreign.probes: HTTP 409 .*")
                        && errors.get(1).matches("twinstream: .*the schema registry \\S+ doesn't answer: .*");
                return new Result(
                        counts.equals(List.of(0, EACH, 3 * EACH, 4 * EACH, 2 * EACH, 2 * EACH, all))
                                && all == 8 * EACH
                                && refused
                                && told,
                        figures(counts, refused, told));
            }
        }
    }

    private static String figures(List<Integer> counts, boolean refused, boolean told) {
        return "of %d probes %d judged before the registry was there, %d once it was; of %d in two formats by three writers on one topic %d judged, %d verdicts read by Apicurio's own serde; of %d after the registry's end %d; of %d by a verifier without it %d; %d of %d verdicts in both formats read where it is set; an incompatible schema %s, errors %s"
                .formatted(
                        EACH,
                        counts.get(0),
                        counts.get(1),
                        3 * EACH,
                        counts.get(2),
                        counts.get(3),
                        2 * EACH,
                        counts.get(4),
                        2 * EACH,
                        counts.get(5),
                        counts.get(6),
                        8 * EACH,
                        refused ? "refused" : "TAKEN",
                        told ? "in one line" : "NOT AS EXPECTED");
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
                            name + "-" + i, "acceptance", drawings.get(i).png(), new ProbeRequest.Task.Identify(1)))
                    .get();
        }
    }

    /** Reads until all probes of these names have a verdict, or the limit has passed; returns how many have. */
    private int judged(VerdictReader reader, Duration limit, String... names) {
        Set<String> wanted = new HashSet<>();
        for (String name : names) {
            for (int i = 0; i < EACH; i++) {
                wanted.add(name + "-" + i);
            }
        }
        long end = System.nanoTime() + limit.toNanos();
        while (!judged.containsAll(wanted) && System.nanoTime() < end) {
            reader.poll(POLL).stream().map(Verdict::getProbeId).forEach(judged::add);
        }
        wanted.retainAll(judged);
        return wanted.size();
    }

    /** Returns how many verdicts in the registry's format Apicurio's deserializer reads. */
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

    /** Returns what the command says that sends a probe. */
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
