package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.MatcherWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecalibrationTest {
    private static final ModelId ID = new ModelId("letters", "2");

    @TempDir
    static Path folder;

    private static ModelPackage before;
    private static ImageSet validation;
    private static ModelPackage calibrated;
    private static final List<String> lines = new ArrayList<>();

    @BeforeAll
    static void calibrate() throws IOException {
        before = ShippedModel.read("compact");
        validation = ImageSet.read(Drawings.write(folder.resolve("validation"), "v", 2, 12, 5), 1);
        calibrated = calibrated(before, ID, validation);
    }

    @Test
    void theNetworkStaysTheSameToTheByte() {
        for (String file : List.of(ModelPackage.EMBEDDER, ModelPackage.EMBEDDER_INT8)) {
            assertArrayEquals(before.file(file), calibrated.file(file), file);
        }
        Manifest manifest = calibrated.manifest();
        assertEquals(before.manifest().architecture(), manifest.architecture());
        assertEquals(before.manifest().enrolmentViews(), manifest.enrolmentViews());
        assertEquals(before.manifest().golden().size(), manifest.golden().size());
        assertArrayEquals(
                before.manifest().golden().get(0).image(),
                manifest.golden().get(0).image());
    }

    @Test
    void learnedWeightsKeepTheirProportions() {
        MatcherWeights learned = MatcherWeights.of(before);
        MatcherWeights scaled = MatcherWeights.of(calibrated);
        float scale = Float.parseFloat(setting("calibratedScale"));

        assertNotEquals(1, scale);
        assertEquals(Float.parseFloat(setting("calibratedBias")), scaled.bias());
        for (int i = 0; i < learned.weights().length; i++) {
            assertEquals(scale * learned.weights()[i], scaled.weights()[i]);
        }
    }

    @Test
    void bothPrecisionsGetThresholdsOfTheirOwnFromTheseImages() throws IOException {
        for (Precision precision : Precision.values()) {
            ModelPackage seen = calibrated.at(precision);
            PairEvaluation measured = PairEvaluation.of(seen, validation);

            assertEquals(measured.fmrTable(), seen.manifest().fmrTable());
            assertNotEquals(
                    before.at(precision).manifest().fmrTable(), seen.manifest().fmrTable());
            assertArrayEquals(
                    measured.histograms().impostor(),
                    seen.manifest().histograms().impostor());
            assertEquals(24.0, seen.manifest().evaluation().get("classes"));
        }
        assertNotEquals(
                calibrated.manifest().fmrTable(), calibrated.manifest().int8().fmrTable());
    }

    @Test
    void theOrderOfScoresAndSoTheErrorsStay() throws IOException {
        assertEquals(
                PairEvaluation.of(before, validation).measures().get("eer"),
                calibrated.manifest().evaluation().get("eer"),
                1e-3);
    }

    @Test
    void calibratingAgainOnTheSameImagesChangesNothing() throws IOException {
        ModelPackage again = calibrated(calibrated, new ModelId("letters", "3"), validation);

        assertEquals(1, Float.parseFloat(again.manifest().training().settings().get("calibratedScale")), 1e-3);
        assertEquals(
                calibrated.manifest().fmrTable().threshold(0.05),
                again.manifest().fmrTable().threshold(0.05),
                1e-3);
    }

    @Test
    void aPackageThatDoesNotAnswerAsItsGoldenVectorsSayIsRefused() throws IOException {
        Manifest m = before.manifest();
        InputSpec inverted = new InputSpec(
                m.input().width(),
                m.input().height(),
                m.input().channels(),
                !m.input().inkIsOne());
        ModelPackage changed = PackageArchive.read(
                PackageArchive.write(
                        new Manifest(
                                m.format(),
                                m.name(),
                                m.version(),
                                m.parent(),
                                m.architecture(),
                                inverted,
                                m.embeddingLength(),
                                m.enrolmentViews(),
                                List.of(),
                                m.fmrTable(),
                                m.histograms(),
                                m.evaluation(),
                                m.golden(),
                                m.training(),
                                null,
                                null,
                                null,
                                null),
                        before.file(ModelPackage.EMBEDDER),
                        before.file(ModelPackage.MATCHER)),
                "changed");

        String reason = assertThrows(InferenceException.class, () -> calibrated(changed, ID, validation))
                .getMessage();

        assertTrue(reason.contains("its package was changed after it was written"), reason);
    }

    @Test
    void theManifestSaysWhatWasCalibratedOnWhat() {
        Manifest manifest = calibrated.manifest();

        String parent = "compact/%s sha256:%s".formatted(before.manifest().version(), before.sha256());
        assertEquals(ID, ModelId.of(manifest));
        assertEquals(parent, manifest.parent());
        assertEquals(parent, setting("calibratedFrom"));
        assertEquals("2026-01-01T00:00:00Z", setting("calibratedAt"));
        assertEquals("120", setting("calibratedImages"));
        assertEquals("24", setting("calibratedClasses"));
        assertEquals(validation.fingerprint(), setting("calibratedOn"));
        assertEquals(
                before.manifest().training().trainedAt(), manifest.training().trainedAt());
        assertEquals(
                before.manifest().training().dataFingerprint(),
                manifest.training().dataFingerprint());
        assertEquals(120, manifest.domain().images());
        ThresholdBasis basis = ThresholdBasis.of(manifest.evaluation()).orElseThrow();
        assertEquals(276, basis.classPairs());
        assertEquals(6_900, basis.impostorPairs());
        assertEquals(0.01, basis.forecasts().get(1).target());
        assertTrue(lines.contains("calibrating on 120 images of 24 classes"), lines.toString());
    }

    @Test
    void aSmallFolderLeavesTheDomainOfThePackage() throws IOException {
        ImageSet few = ImageSet.read(Drawings.write(folder.resolve("few"), "f", 2, 8, 4), 1);

        ModelPackage small = calibrated(before, new ModelId("letters", "4"), few);

        assertEquals(
                before.manifest().domain().images(), small.manifest().domain().images());
        assertTrue(
                lines.contains("the domain stays that of the package: statistics need 100 images, and there are 64"),
                lines.toString());
    }

    @Test
    void whatSetsNoThresholdsIsRefused() throws IOException {
        ImageSet few = ImageSet.read(Drawings.write(folder.resolve("two"), "t", 1, 3, 4), 1);

        DatasetException refused =
                assertThrows(DatasetException.class, () -> calibrated(before, new ModelId("letters", "5"), few));

        assertEquals(
                "48 impostor pairs are too few to set thresholds, 600 are needed: add validation images",
                refused.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> calibrated(before, ModelId.of(before.manifest()), validation));
    }

    private static String setting(String name) {
        return calibrated.manifest().training().settings().get(name);
    }

    private static ModelPackage calibrated(ModelPackage model, ModelId id, ImageSet images) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        return PackageArchive.read(new Recalibration(clock).run(model, id, images, lines::add), "test");
    }
}
