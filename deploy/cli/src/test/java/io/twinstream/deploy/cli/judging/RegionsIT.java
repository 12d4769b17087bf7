package io.twinstream.deploy.cli.judging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.inference.LocatedModels;
import io.twinstream.verifier.inference.LocatedModels.Spot;
import io.twinstream.verifier.settings.VerifierSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Judges probes with and without a region by a model that was imported with a detector of bright spots. */
class RegionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int STRANGER = 900;
    private static final Spot OF_STRANGER = new Spot(1, 1, STRANGER, 3);
    private static final Spot OF_ANN = new Spot(4, 5, 1, 1);
    private static final Spot ALONE = new Spot(2, 2, 1, 0);
    /** Shows a stranger, who is the brightest, and Ann. */
    private static final byte[] BOTH = png(LocatedModels.scene(OF_STRANGER, OF_ANN));

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void importModel() throws IOException {
        model = folder.resolve("cells.zip");
        Path validation = folder.resolve("validation");
        for (int subject = 0; subject < 20; subject++) {
            Path of = Files.createDirectories(validation.resolve("s" + subject));
            for (int i = 0; i < 4; i++) {
                Spot spot = new Spot(subject % 8, 2 * i, 100 + subject, i);
                Files.write(of.resolve(i + ".png"), png(LocatedModels.scene(spot)));
            }
        }
        Ran ran = Ran.run(
                "import",
                Files.write(folder.resolve("embedder.onnx"), LocatedModels.graph("embedder"))
                        .toString(),
                "--name",
                "cells",
                "--model-version",
                "1",
                "--input",
                "4x4x1",
                "--std",
                "255",
                "--resampling",
                "area",
                "--locator",
                Files.write(folder.resolve("locator.onnx"), foreign(LocatedModels.graph("locator")))
                        .toString(),
                "--locator-kind",
                "boxes",
                "--locator-input",
                "8x8",
                "--validation",
                validation.toString(),
                "--unproven",
                "made for a test",
                "--out",
                model.toString());
        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
    }

    @Test
    void theLargestIsJudgedUnlessItsSenderSaysWhereToLook() throws Exception {
        try (Judged judged = Judged.by(broker, "largest-region", "largest")) {
            Verdict found = judged.verdict("identify");
            assertEquals(Outcome.NON_MATCH, found.getOutcome());
            assertEquals(1, found.getRegions().size());
            assertPlace(OF_STRANGER, found.getRegions().get(0));
            assertEquals(Outcome.NON_MATCH, judged.verdict("claim").getOutcome());
            assertEquals(Outcome.NON_MATCH, judged.verdict("pair").getOutcome());

            judged.assertWhatSendersFound();
        }
    }

    @Test
    void eachIsJudgedWhereAllAreAskedFor() throws Exception {
        try (Judged judged = Judged.by(broker, "all-regions", "all")) {
            Verdict found = judged.verdict("identify");
            assertEquals(Outcome.MATCH, found.getOutcome());
            assertEquals("ann", found.getCandidates().get(0).getSubjectId());
            assertEquals(2, found.getRegions().size());
            assertPlace(OF_STRANGER, found.getRegions().get(0));
            assertEquals(Outcome.NON_MATCH, found.getRegions().get(0).getOutcome());
            assertPlace(OF_ANN, found.getRegions().get(1));
            assertEquals(Outcome.MATCH, found.getRegions().get(1).getOutcome());
            assertEquals(Outcome.MATCH, judged.verdict("claim").getOutcome());
            assertEquals(Outcome.MATCH, judged.verdict("pair").getOutcome());

            judged.assertWhatSendersFound();
        }
    }

    @Test
    void theCommandPrintsTheBoxOfEachRegionThatItCompares() throws Exception {
        String both = Files.write(folder.resolve("both.png"), BOTH).toString();
        String ann = Files.write(folder.resolve("ann.png"), png(LocatedModels.scene(ALONE)))
                .toString();

        Ran largest = verify(both, ann, "--set", "verifier.regions=largest");
        Ran all = verify(both, ann, "--set", "verifier.regions=all");
        Ran given = verify(both, ann, "--region", box(OF_ANN) + ",0.5");
        Ran reversed = verify(ann, both, "--reference-region", box(OF_ANN));
        JsonNode json = new ObjectMapper()
                .readTree(verify(both, ann, "--set", "verifier.regions=all", "--json")
                        .out());
        Ran beside = verify(both, ann, "--region", "400,50,10,10");

        assertEquals(ExitCodes.NEGATIVE, largest.exitCode(), largest.err());
        assertEquals(3, largest.out().lines().count(), largest.out());
        assertTrue(
                largest.out()
                        .matches("(?s).*\n  \\S*both.png " + box(OF_STRANGER) + " found [01]\\.\\d\\d: NON_MATCH .*"),
                largest.out());
        assertTrue(
                largest.out().matches("(?s).*\n  \\S*ann.png " + box(ALONE) + " found [01]\\.\\d\\d\\s*"),
                largest.out());
        assertEquals(ExitCodes.OK, all.exitCode(), all.err());
        assertEquals(4, all.out().lines().count(), all.out());
        assertTrue(all.out().startsWith("MATCH: score "), all.out());
        assertTrue(all.out().matches("(?s).*both.png " + box(OF_ANN) + " found \\S+: MATCH .*"), all.out());
        assertEquals(ExitCodes.OK, given.exitCode(), given.err());
        assertTrue(given.out().contains("both.png " + box(OF_ANN) + " found 0.50: MATCH "), given.out());
        assertEquals(ExitCodes.OK, reversed.exitCode(), reversed.err());
        assertTrue(reversed.out().contains("both.png " + box(OF_ANN) + " found 1.00"), reversed.out());
        assertEquals(List.of("NON_MATCH", "MATCH"), json.get("regions").findValuesAsText("outcome"));
        assertEquals(
                OF_ANN.box().x(),
                json.get("regions").get(1).get("region").get("x").floatValue());
        assertEquals(ALONE.box().x(), json.get("referenceRegion").get("x").floatValue());
        assertEquals(ExitCodes.USAGE, beside.exitCode());
        assertEquals(1, beside.err().lines().count(), beside.err());
        assertTrue(beside.err().contains("the region lies beside the picture"), beside.err());
    }

    private static String box(Spot spot) {
        Region box = spot.box().written();
        return "%.0f,%.0f,%.0f,%.0f".formatted(box.getX(), box.getY(), box.getWidth(), box.getHeight());
    }

    private static Ran verify(String... arguments) {
        List<String> all = new ArrayList<>(List.of("verify"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--set",
                "verifier.model=" + model,
                "--set",
                "verifier.domain=off",
                "--set",
                "verifier.target.fmr=0.02"));
        return Ran.run(all.toArray(String[]::new));
    }

    private static void assertPlace(Spot spot, RegionVerdict region) {
        assertEquals(spot.region().written().getPoints(), region.getRegion().getPoints());
        assertEquals(spot.box().x(), region.getRegion().getX());
        assertEquals(spot.box().y(), region.getRegion().getY());
        assertEquals(spot.box().width(), region.getRegion().getWidth());
        assertTrue(region.getRegion().getScore() > 0.5, region.toString());
    }

    /** Returns a graph of a package with another name for its input, as others have. */
    private static byte[] foreign(byte[] graph) {
        return new String(graph, ISO_8859_1).replace("image", "photo").getBytes(ISO_8859_1);
    }

    private static byte[] png(Picture gray) {
        BufferedImage picture = new BufferedImage(gray.width(), gray.height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, gray.width(), gray.height(), gray.samples());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Holds the verdicts that a verifier gave under one setting, by the ids of their probes. */
    private record Judged(Settings settings, Map<String, Verdict> verdicts, String refused) implements AutoCloseable {
        static Judged by(SharedBroker broker, String prefix, String regions) throws Exception {
            Settings settings = broker.prepare(
                    prefix,
                    Map.of(
                            "verifier.threads", "1",
                            "verifier.http.port", "0",
                            "verifier.model", model.toString(),
                            "verifier.domain", "off",
                            "verifier.target.fmr", "0.02",
                            "verifier.target.fpir", "0.05",
                            "verifier.regions", regions));
            Topics topics = Wired.topics(settings);
            Map<String, Verdict> verdicts = new HashMap<>();
            try (KafkaProducer<String, byte[]> producer =
                    new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
                enrol(producer, topics, "ann", png(LocatedModels.scene(new Spot(0, 0, 1, 0))), null);
                enrol(producer, topics, "bob", png(LocatedModels.scene(new Spot(0, 0, 2, 0))), null);
                // Without its region this would show two people.
                Spot ofCid = new Spot(7, 7, 3, 0);
                enrol(
                        producer,
                        topics,
                        "cid",
                        png(LocatedModels.scene(ofCid, OF_STRANGER)),
                        ofCid.box().written());
                enrol(producer, topics, "dan", BOTH, null);
                try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                        VerdictReader reader = VerdictReader.open(CommonSettings.of(settings), true)) {
                    List<Probe> probes = probes();
                    for (Probe probe : probes) {
                        send(
                                producer,
                                topics.probes(),
                                "gate",
                                RecordSerde.of(Probe.class).encode(probe));
                    }
                    Awaitility.await().atMost(LIMIT).until(() -> {
                        reader.poll(Duration.ofMillis(50)).forEach(each -> verdicts.put(each.getProbeId(), each));
                        return verdicts.size() == probes.size() - 1;
                    });
                }
            }
            return new Judged(settings, verdicts, deadLetter(settings, topics));
        }

        Verdict verdict(String probeId) {
            return verdicts.get(probeId);
        }

        /** Asserts what holds whatever is set, and that a replay finds the same. */
        void assertWhatSendersFound() throws Exception {
            Verdict given = verdict("given");
            assertEquals(Outcome.MATCH, given.getOutcome());
            assertEquals("ann", given.getCandidates().get(0).getSubjectId());
            assertEquals(3, given.getGallerySize());
            assertEquals(
                    List.of(OF_ANN.box().written()),
                    given.getRegions().stream().map(RegionVerdict::getRegion).toList());
            assertEquals(given.getCandidates(), given.getRegions().get(0).getCandidates());
            assertEquals(Outcome.MATCH, verdict("pair-given").getOutcome());
            assertEquals(
                    "cid",
                    verdict("cid").getCandidates().stream()
                            .map(Candidate::getSubjectId)
                            .findFirst()
                            .orElseThrow());
            assertEquals(Outcome.MATCH, verdict("cid").getOutcome());
            assertEquals(UndecidedCause.NOTHING_FOUND, verdict("nothing").getCause());
            assertEquals(List.of(), verdict("nothing").getRegions());
            assertTrue(refused.startsWith("the region lies beside the picture, at x 500.0"), refused);

            JsonNode replayed = new ObjectMapper().readTree(replay().out());
            assertEquals(verdicts.size(), replayed.get("same").asInt(), replayed.toString());
            assertEquals(1, replayed.get("rejectedAgain").asInt(), replayed.toString());
        }

        private Ran replay() {
            List<String> arguments = new ArrayList<>(List.of("replay", "--from", "1h", "--json"));
            for (String key : List.of(
                    VerifierSettings.MODEL,
                    VerifierSettings.REGIONS,
                    VerifierSettings.DOMAIN,
                    VerifierSettings.TARGET_FMR,
                    VerifierSettings.TARGET_FPIR)) {
                arguments.addAll(List.of("--set", key + "=" + settings.values().get(key)));
            }
            return Ran.on(settings, arguments.toArray(String[]::new));
        }

        @Override
        public void close() {
            verdicts.clear();
        }

        private static List<Probe> probes() {
            Region ofAnn = OF_ANN.box().written();
            byte[] ann = png(LocatedModels.scene(new Spot(2, 2, 1, 0)));
            byte[] cid = png(LocatedModels.scene(new Spot(2, 2, 3, 1)));
            Region beside = new Region(500f, 0f, 10f, 10f, 1f, List.of());
            return List.of(
                    probe("identify", BOTH, new Identify(2), null),
                    probe("claim", BOTH, new Claim("ann"), null),
                    probe("pair", BOTH, new Pair(ByteBuffer.wrap(ann), null), null),
                    probe("given", BOTH, new Identify(2), ofAnn),
                    probe("pair-given", ann, new Pair(ByteBuffer.wrap(BOTH), ofAnn), null),
                    probe("cid", cid, new Identify(1), null),
                    probe("beside", BOTH, new Identify(1), beside),
                    probe("nothing", png(LocatedModels.scene()), new Identify(1), null));
        }

        private static Probe probe(String id, byte[] image, Object task, @Nullable Region region) {
            return new Probe(id, "gate", Instant.now(), ByteBuffer.wrap(image), task, region);
        }

        private static void enrol(
                KafkaProducer<String, byte[]> producer,
                Topics topics,
                String subject,
                byte[] image,
                @Nullable Region region)
                throws Exception {
            Reference reference = new Reference(subject, "1", Instant.now(), ByteBuffer.wrap(image), region);
            send(
                    producer,
                    topics.references(),
                    subject + "/1",
                    RecordSerde.of(Reference.class).encode(reference));
        }

        private static void send(KafkaProducer<String, byte[]> producer, String topic, String key, byte[] value)
                throws Exception {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }

        private static String deadLetter(Settings settings, Topics topics) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings.kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                TopicPartition partition = new TopicPartition(topics.deadLetters(), 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                List<ConsumerRecord<byte[], byte[]>> letters = Awaitility.await()
                        .atMost(LIMIT)
                        .until(
                                () -> consumer.poll(Duration.ofMillis(50)).records(partition),
                                found -> !found.isEmpty());
                return new String(
                        letters.get(0)
                                .headers()
                                .lastHeader(DeadLetterHeaders.MESSAGE)
                                .value(),
                        UTF_8);
            }
        }
    }
}
