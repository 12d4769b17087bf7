package io.twinstream.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TinyNetwork;
import io.twinstream.trainer.network.TrainingDevice;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.trainer.training.TrainingSettings.Method;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final ModelIdentity IDENTITY =
            new ModelIdentity("test", "1", null, new TrainingRecord("2026-01-01T00:00:00Z", "none", 1, Map.of()));

    private final TrainingRun run =
            new TrainingRun(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC), TrainingDevice.CPU);
    private final Recorder recorder = new Recorder();

    @TempDir
    Path images;

    @TempDir
    Path validation;

    @Test
    void foldersOfDrawingsBecomeAModelPackage() throws Exception {
        Drawings.write(images, "train-", 1, 4, 4);
        Drawings.write(validation, "valid-", 1, 8, 5);

        ModelPackage model = PackageArchive.read(run.run(options(20), recorder), "test");

        Manifest manifest = model.manifest();
        assertEquals("tiny", manifest.name());
        assertEquals("2026-01-01T00:00:00Z", manifest.training().trainedAt());
        assertEquals(ImageSet.read(images, 1).fingerprint(), manifest.training().dataFingerprint());
        assertEquals("20", manifest.training().settings().get("steps"));
        assertEquals(700.0, manifest.evaluation().get("impostorPairs"));
        assertEquals(List.of(TrainingListener.Phase.values()), recorder.phases);
        assertEquals(20, recorder.lastStep);
        assertEquals(4, oneShot(model).trials());
    }

    @Test
    void aPackageNamesTheTeachersOfItsTraining() throws Exception {
        Drawings.write(images, "train-", 1, 4, 4);
        Drawings.write(validation, "valid-", 1, 8, 5);
        TrainingOptions alone = options(3);
        TrainingOptions taught = new TrainingOptions(
                alone.sources(),
                alone.name(),
                alone.version(),
                alone.architecture(),
                alone.input(),
                alone.settings(),
                alone.parent(),
                alone.checkpoints(),
                new Teaching(List.of(ShippedModel.read("compact")), 2));

        Map<String, String> settings = PackageArchive.read(run.run(taught, recorder), "test")
                .manifest()
                .training()
                .settings();

        String teachers = settings.get("teachers");
        assertTrue(teachers.startsWith("compact/") && teachers.endsWith(" at 2 views"), teachers);
    }

    @Test
    void tooFewValidationImagesAreKnownBeforeTraining() throws Exception {
        Drawings.write(images, "train-", 1, 4, 4);
        Drawings.write(validation, "valid-", 1, 3, 5);

        String message = assertThrows(DatasetException.class, () -> run.run(options(1_000_000), recorder))
                .getMessage();

        assertTrue(message.startsWith("75 impostor pairs are too few"), message);
    }

    @Test
    void whereTooLittleIsHeldBackTheOptionThatHoldsMoreBackIsNamed() throws Exception {
        Drawings.write(images, "train-", 1, 8, 4);
        TrainingOptions.Sources sources = new TrainingOptions.Sources(
                DataSource.of(images), Optional.empty(), new Split.Rule(Split.SplitUnit.CLASS, 0.2, 1));

        String message = assertThrows(DatasetException.class, () -> run.run(options(1_000_000, sources), recorder))
                .getMessage();

        assertTrue(message.startsWith("16 impostor pairs are too few"), message);
        assertTrue(message.contains("--split-share"), message);
    }

    @Test
    void aClassToValidateWithMustNotBeTrainedOn() throws Exception {
        Drawings.write(images, "same-", 1, 2, 2);
        Drawings.write(validation, "same-", 1, 2, 2);

        String message = assertThrows(DatasetException.class, () -> run.run(options(1), recorder))
                .getMessage();

        assertTrue(message.startsWith("class same-group0/class0 is in both folders"), message);
        assertEquals(2, recorder.report.findings().get(0).count());
    }

    @Test
    void aNetworkThatCantBeHeldInBytesKeepsItsExactPackage() throws Exception {
        ImageSet set = ImageSet.read(Drawings.write(images, "", 2, 4, 5), 1);
        TwinNetwork network = TinyNetwork.ofThePapersLayers();
        Engine.getInstance().setRandomSeed(1);
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, network.inputShape(1));
            byte[] good = new ModelExport(network).pack(IDENTITY, set);
            TinyNetwork.spoilForBytes(network);
            byte[] spoilt = new ModelExport(network).pack(IDENTITY, set);

            assertNotNull(PackageArchive.read(TrainingRun.quantized(good, set, set), "test")
                    .manifest()
                    .int8());
            assertArrayEquals(spoilt, TrainingRun.quantized(spoilt, set, set));
        }
    }

    private TrainingOptions options(int steps) {
        return options(
                steps,
                new TrainingOptions.Sources(
                        DataSource.of(images),
                        Optional.of(DataSource.of(validation)),
                        new Split.Rule(Split.SplitUnit.CLASS, 0.2, 1)));
    }

    private static TrainingOptions options(int steps, TrainingOptions.Sources sources) {
        Architecture compact = Architecture.named("compact");
        return new TrainingOptions(
                sources,
                "tiny",
                "1",
                compact,
                compact.defaultInput(),
                new TrainingSettings(Method.ALL_PAIRS, steps, 8, 2e-3f, 4, 100, 1),
                Optional.empty(),
                Optional.empty());
    }

    private OneShotEvaluation oneShot(ModelPackage model) throws Exception {
        List<Picture> pictures = ImageSet.read(images, 1).classes().stream()
                .map(each -> each.images().get(0).picture())
                .toList();
        OneShotEvaluation result =
                OneShotEvaluation.of(model, List.of(new OneShotRun("run", pictures, pictures, List.of(0, 1, 2, 3))));
        assertEquals(1.0, result.accuracy(), "a picture is most like itself");
        return result;
    }

    private static final class Recorder implements TrainingListener {
        private final List<TrainingListener.Phase> phases = new ArrayList<>();
        private int lastStep;
        private DataReport report;

        @Override
        public void onPhase(TrainingListener.Phase phase) {
            phases.add(phase);
        }

        @Override
        public void onData(DataReport report) {
            this.report = report;
        }

        @Override
        public void onProgress(TrainingListener.Progress progress) {
            lastStep = progress.step();
        }
    }
}
