package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.Recalibration;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.trainer.publish.GatedPublication.PublishOutcome;
import io.twinstream.trainer.publish.PublicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PublicationIT {
    private static final int LARGE_BYTES = 40 << 20;

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void aLargePackageIsFetchedAsItWasPublished() throws Exception {
        Settings settings = prepare("large");
        Path file = write("large.zip", Packages.large("noise", "1", LARGE_BYTES, 1));

        PublishOutcome outcome = publish(settings, file);

        assertEquals(PublishOutcome.PublishKind.PUBLISHED, outcome.kind());
        ModelRelease release =
                Wired.published(settings).find(new ModelId("noise", "1")).orElseThrow();
        Path fetched = folder.resolve("fetched.zip");
        Wired.cache(settings).copy(release, fetched);
        assertEquals(-1, Files.mismatch(file, fetched));
        assertEquals((Files.size(file) + (512 << 10) - 1) / (512 << 10), release.getChunkCount());
    }

    @Test
    void theSamePackageAgainChangesNothingAndAnotherUnderItsVersionIsAnError() throws Exception {
        Settings settings = prepare("again");
        Path file = write("a.zip", Packages.working("letters", "1"));
        Path other = write("b.zip", Packages.large("letters", "1", 1_000, 1));
        publish(settings, file);
        long end = recordsOf(settings, Wired.topics(settings).modelChunks());

        PublishOutcome again = publish(settings, file);
        PublicationException refused = assertThrows(PublicationException.class, () -> publish(settings, other));

        assertEquals(PublishOutcome.PublishKind.UNCHANGED, again.kind());
        assertEquals(
                "letters/1 is published already with other bytes, and versions never change: take another version",
                refused.getMessage());
        assertEquals(end, recordsOf(settings, Wired.topics(settings).modelChunks()));
    }

    @Test
    void aPublicationThatFailsAtItsEndLeavesNothingToBeSeen() throws Exception {
        Settings settings = prepare("aborted");
        Path file = write("a.zip", Packages.working("letters", "1"));
        String releases = Wired.topics(settings).modelReleases();
        limit(settings, releases, 1_000);

        assertThrows(KafkaException.class, () -> publish(settings, file));

        assertTrue(Wired.published(settings).find(new ModelId("letters", "1")).isEmpty());
        assertEquals(0, recordsOf(settings, Wired.topics(settings).modelChunks()));
        limit(settings, releases, 8 << 20);
        assertEquals(
                PublishOutcome.PublishKind.PUBLISHED, publish(settings, file).kind());
        fetchesAs(settings, "letters", file);
    }

    @Test
    void whatAPublisherLeftThatDiedIsPassedOver() throws Exception {
        Settings settings = prepare("publisher-died");
        Path file = write("a.zip", Packages.working("letters", "1"));
        dieWithAChunkWritten(settings, "letters/1");

        PublishOutcome outcome = publish(settings, file);

        assertEquals(PublishOutcome.PublishKind.PUBLISHED, outcome.kind());
        fetchesAs(settings, "letters", file);
    }

    @Test
    void theLatestVersionIsTheOnePublishedLast() throws Exception {
        Settings settings = prepare("latest");
        for (String version : List.of("10", "9")) {
            byte[] archive = Packages.large("noise", version, 100, 1);
            Wired.publication(settings).publish(new PublishOrder(write(version, archive), null, "a test", null));
        }

        assertEquals(
                "9",
                Wired.published(settings)
                        .latest(
                                "noise",
                                TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                        .orElseThrow()
                        .getVersion());
        assertTrue(Wired.published(settings)
                .latest("other", TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .isEmpty());
        assertEquals(
                "not compared: a test",
                Wired.published(settings)
                        .find(new ModelId("noise", "10"))
                        .orElseThrow()
                        .getDecision());
    }

    @Test
    void withoutImagesToCompareOnNothingFollowsAServingVersion() throws Exception {
        Settings settings = prepare("nothing-to-compare-on");
        Path file = write("a.zip", Packages.working("compact", "2"));

        String refused = assertThrows(PublicationException.class, () -> publish(settings, file))
                .getMessage();

        assertTrue(refused.startsWith("a version of compact serves already: name validation images"), refused);
    }

    @Test
    void whatNobodyMeasuredSaysSoInItsRelease() throws Exception {
        Settings settings = prepare("unmeasured");

        PublishOutcome outcome = publish(settings, write("a.zip", Packages.working("letters", "1")));

        ModelRelease release =
                Wired.published(settings).find(new ModelId("letters", "1")).orElseThrow();
        assertEquals("not compared: no validation images were named", outcome.line());
        assertEquals(outcome.line(), release.getDecision());
        assertNull(release.getMeasured());
    }

    @Test
    void whateverItsNameACandidateIsMeasuredAndComparedWithWhatServes() throws Exception {
        Settings settings = prepare("another-name");
        Path file = write("a.zip", Packages.working("letters", "1"));
        Path images = drawn("images", 0, 8);

        PublishOutcome outcome = Wired.publication(settings)
                .publish(new PublishOrder(file, channels -> ImageSet.read(images, channels), null, null));

        assertTrue(outcome.line().startsWith("passed against compact/1.2 on the same pairs: EER 0."), outcome.line());
        ModelRelease release =
                Wired.published(settings).find(new ModelId("letters", "1")).orElseThrow();
        assertEquals(700, release.getMeasured().get("impostorPairs"));
    }

    @Test
    void aCalibratedPackageIsPublishedWithAWordOnWhatItsThresholdsCantCarry() throws Exception {
        Settings settings = prepare("calibrated");
        Path images = drawn("known", 0, 8);
        byte[] calibrated = new Recalibration()
                .run(ShippedModel.read(""), new ModelId("letters", "2"), ImageSet.read(images, 1), line -> {});

        PublishOutcome outcome = Wired.publication(settings)
                .publish(new PublishOrder(
                        write("a.zip", calibrated),
                        channels -> ImageSet.read(drawn("others", 8, 8), channels),
                        null,
                        null));

        assertEquals(PublishOutcome.PublishKind.PUBLISHED, outcome.kind(), outcome.line());
        assertTrue(
                outcome.warnings()
                        .contains(
                                "an FMR of 0.01 is not in the table: it takes 3000 impostor pairs and there are 700, so about 20 classes like these"),
                outcome.warnings().toString());
        ModelRelease release =
                Wired.published(settings).find(new ModelId("letters", "2")).orElseThrow();
        assertTrue(
                release.getMeasured().containsKey("fmr@target=0.1"),
                release.getMeasured().toString());
        assertTrue(release.getMeasured().get("fmr@target=0.1.low")
                <= release.getMeasured().get("fmr@target=0.1"));
        ThresholdBasis basis = ThresholdBasis.of(
                        Wired.cache(settings).get(release).manifest().evaluation())
                .orElseThrow();
        assertEquals(8, basis.classes());
        assertEquals(28, basis.classPairs());
        assertEquals(basis, Wired.control(settings).list().models().get(0).thresholds());
    }

    private Path drawn(String name, int first, int characters) throws IOException {
        DrawnCharacters drawings = new DrawnCharacters(11);
        Path target = folder.resolve(name);
        for (int character = first; character < first + characters; character++) {
            Path of = Files.createDirectories(target.resolve("c" + character));
            for (int hand = 0; hand < 5; hand++) {
                Files.write(of.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
        return target;
    }

    @Test
    void aReleaseThatClaimsOtherBytesGivesNoFile() throws Exception {
        Settings settings = prepare("claims");
        publish(settings, write("a.zip", Packages.working("letters", "1")));
        ModelRelease release = Wired.published(settings)
                .latest("letters", TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .orElseThrow();
        Path target = folder.resolve("fetched.zip");
        PackageCache cache = Wired.cache(settings);

        ModelRelease damaged = ModelRelease.newBuilder(release)
                .setPackageSha256("0".repeat(64))
                .build();
        ModelRelease shortened = ModelRelease.newBuilder(release)
                .setChunkCount(release.getChunkCount() + 1)
                .build();
        ModelRelease late = ModelRelease.newBuilder(release)
                .setFirstOffset(release.getFirstOffset() + 1)
                .build();
        ModelRelease huge =
                ModelRelease.newBuilder(release).setPackageBytes(3L << 30).build();

        for (ModelRelease wrong : List.of(damaged, shortened, late, huge)) {
            assertThrows(InvalidPackageException.class, () -> cache.copy(wrong, target));
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("a.zip")), files.toList());
        }
    }

    private PublishOutcome publish(Settings settings, Path file) throws IOException {
        return Wired.publication(settings).publish(new PublishOrder(file, null, null, null));
    }

    private void fetchesAs(Settings settings, String name, Path file) throws IOException {
        Path fetched = folder.resolve("fetched.zip");
        ModelRelease release = Wired.published(settings)
                .latest(name, TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                .orElseThrow();
        Wired.cache(settings).copy(release, fetched);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(fetched));
    }

    private Settings prepare(String prefix) throws InterruptedException {
        return broker.prepare(prefix, Map.of());
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** Writes a chunk, and is gone before it commits. */
    private static void dieWithAChunkWritten(Settings settings, String id) {
        Map<String, Object> config = settings.kafka();
        config.put("transactional.id", Wired.topics(settings).prefix() + "-publish-" + id);
        var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(Wired.topics(settings).modelChunks(), 0, id + "/0", "stale".getBytes()));
        producer.flush();
        producer.close(Duration.ZERO);
    }

    private static void limit(Settings settings, String topic, int maxBytes) throws Exception {
        try (Admin admin = Admin.create(settings.kafka())) {
            AlterConfigOp set = new AlterConfigOp(
                    new ConfigEntry("max.message.bytes", Integer.toString(maxBytes)), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(set)))
                    .all()
                    .get();
        }
    }

    /** Returns how many records a reader of what is committed sees. */
    private static long recordsOf(Settings settings, String topic) throws Exception {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = end(settings, partition);
            long records = 0;
            while (consumer.position(partition) < end) {
                records += consumer.poll(Duration.ofMillis(100)).count();
            }
            return records;
        }
    }

    /**
     * Returns the end with what is not committed: a transaction that has ended a moment ago still looks open to those who read.
     */
    private static long end(Settings settings, TopicPartition partition) throws Exception {
        try (Admin admin = Admin.create(settings.kafka())) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }
}
