package io.twinstream.deploy.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.PackageTrial;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.trial.ModelTrial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tries releases as they lie in the package cache, as a verifier tries them before it opens anything of theirs. */
class ModelTrialTest {
    private static final ModelId ID = new ModelId("letters", "1");
    /** The least memory that can be set. */
    private static final Map<String, String> LITTLE_MEMORY = Map.of("models.trial.bytes", "268435456");

    /** The process of the trial has to start and open the model within it, on a machine that does other things as well. */
    private static final Map<String, String> LITTLE_TIME = Map.of("models.trial.ms", "8000");

    @TempDir
    Path folder;

    @Test
    void aModelThatWorksPassesAndIsNotTriedAgain() throws Exception {
        byte[] archive = Packages.working(ID.name(), ID.version());

        assertDoesNotThrow(() -> require(archive, Map.of()));

        String key = trial(settings(Map.of())).key();
        AtomicBoolean triedAgain = new AtomicBoolean();
        ModelRelease release = store(archive);
        PackageCache cache = Wired.cache(settings(Map.of()));
        cache.requireTried(release, cache.get(release), new PackageTrial() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public void require(Manifest manifest, Path file) {
                triedAgain.set(true);
            }
        });
        assertFalse(triedAgain.get());
    }

    @Test
    void aLoopWithoutEndIsRefusedWithItsReasonAfterItsTimeAndNothingIsLeftOfItsTrial() throws Exception {
        List<Path> before = left();

        assertEquals(
                "the published package letters/1 didn't stand its trial: its self-test took more than 8 s",
                reason(altered(RunawayGraphs.turning(1_000_000_000_000L)), LITTLE_TIME));

        // Whoever else tries models on this machine meanwhile takes his own away too.
        await().until(() -> before.containsAll(left()));
        assertEquals(
                0,
                ProcessHandle.current()
                        .children()
                        .filter(each -> each.info().commandLine().orElse("").contains("TrialProcess"))
                        .filter(ProcessHandle::isAlive)
                        .count());
    }

    @Test
    void loopsInLoopsAreToo() throws Exception {
        String reason = reason(altered(RunawayGraphs.nested(1_000_000, 1_000_000)), LITTLE_TIME);

        assertTrue(reason.endsWith("its self-test took more than 8 s"), reason);
    }

    @Test
    void manySlowGoldenImagesAreToo() throws Exception {
        List<GoldenVector> golden = new ArrayList<>();
        List<GoldenVector> shipped = ShippedModel.read("").manifest().golden();
        for (int i = 0; i < 50; i++) {
            golden.add(shipped.get(i % shipped.size()));
        }

        String reason = reason(Packages.altered(ID, RunawayGraphs.turning(1_500_000), golden), LITTLE_TIME);

        assertTrue(reason.endsWith("its self-test took more than 8 s"), reason);
    }

    @Test
    void memoryThatIsTakenInARunIsBounded() throws Exception {
        String reason = reason(altered(RunawayGraphs.hoarding()), LITTLE_MEMORY);

        assertTrue(
                reason.matches(".*didn't stand its trial: its self-test took more than 0\\.[2-4] GiB of memory"),
                reason);
    }

    @Test
    void memoryThatIsTakenInTheOpeningIsBounded() throws Exception {
        String reason = reason(altered(RunawayGraphs.constants(100)), LITTLE_MEMORY);

        assertTrue(
                reason.matches(".*didn't stand its trial: opening it took more than 0\\.[2-4] GiB of memory"), reason);
    }

    @Test
    void whatAModelGetsWrongIsSaidAsEver() throws Exception {
        byte[] noise = new byte[1_000];

        assertEquals(
                "ONNX Runtime refuses the model: Failed to load model because protobuf parsing failed.",
                reason(altered(noise), Map.of()));
    }

    @Test
    void aPackageThatIsGoneIsNoFaultOfTheModels() throws Exception {
        byte[] archive = Packages.working(ID.name(), ID.version());
        Settings settings = settings(Map.of());
        ModelRelease release = store(archive);
        PackageCache cache = Wired.cache(settings);
        ModelPackage model = cache.get(release);
        Files.delete(file(archive));

        assertThrows(KafkaException.class, () -> cache.requireTried(release, model, trial(settings)));
    }

    private static byte[] altered(byte[] embedder) throws IOException {
        return Packages.altered(ID, embedder, ShippedModel.read("").manifest().golden());
    }

    private String reason(byte[] archive, Map<String, String> settings) {
        return String.valueOf(assertThrows(InvalidPackageException.class, () -> require(archive, settings))
                .getMessage());
    }

    private void require(byte[] archive, Map<String, String> more) throws IOException {
        ModelRelease release = store(archive);
        Settings settings = settings(more);
        PackageCache cache = Wired.cache(settings);
        cache.requireTried(release, cache.get(release), trial(settings));
    }

    private static ModelTrial trial(Settings settings) {
        return new ModelTrial(
                Duration.ofMillis(settings.getLong(ModelSettings.TRIAL_MS)),
                settings.getLong(ModelSettings.TRIAL_BYTES),
                InferenceSettings.of(settings).batchMax());
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(more);
        values.put("models.cache.dir", folder.toString());
        return Settings.parse(AllSettings.define(), values);
    }

    private Path file(byte[] archive) {
        return folder.resolve(Sha256.of(archive) + ".zip");
    }

    private ModelRelease store(byte[] archive) throws IOException {
        Files.write(file(archive), archive);
        ModelPackage model = PackageArchive.read(archive, "a test's package");
        return ModelRelease.newBuilder()
                .setName(ID.name())
                .setVersion(ID.version())
                .setManifest(ByteBuffer.wrap(model.manifestBytes()))
                .setPackageSha256(Sha256.of(archive))
                .setPackageBytes(archive.length)
                .setChunkBytes(archive.length)
                .setChunkCount(1)
                .setChunkPartition(0)
                .setFirstOffset(0)
                .setLastOffset(0)
                .setPublishedAt(Instant.EPOCH)
                .setDecision("a test")
                .build();
    }

    private static List<Path> left() throws IOException {
        try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(each -> each.getFileName()
                            .toString()
                            .startsWith("twinstream-trial-%d-"
                                    .formatted(ProcessHandle.current().pid())))
                    .sorted()
                    .toList();
        }
    }
}
