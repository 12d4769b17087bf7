package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemeasurementTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    static Path folder;

    private static ModelPackage before;
    private static ImageSet validation;
    private static ModelPackage measured;

    @BeforeAll
    static void measure() throws IOException {
        before = ShippedModel.read("compact");
        validation = ImageSet.read(Drawings.write(folder.resolve("validation"), "v", 3, 10, 4), 1);
        measured = PackageArchive.read(
                new Remeasurement(CLOCK).run(before, new ModelId("compact", "own"), validation), "test");
    }

    @Test
    void scoresStayTheSameToTheBit() {
        for (String file :
                List.of(ModelPackage.EMBEDDER, ModelPackage.EMBEDDER_INT8, ModelPackage.MATCHER, ModelPackage.DOMAIN)) {
            assertArrayEquals(before.file(file), measured.file(file), file);
        }
        assertEquals(
                before.manifest().golden().size(), measured.manifest().golden().size());
        assertEquals(before.manifest().input(), measured.manifest().input());
    }

    @Test
    void bothPrecisionsGetBothTablesFromTheseImages() throws IOException {
        for (Precision precision : Precision.values()) {
            Manifest seen = measured.at(precision).manifest();
            PairEvaluation own = PairEvaluation.of(before.at(precision), validation);

            assertEquals(own.fmrTable(), seen.fmrTable());
            assertEquals(
                    Impostors.lookAlikes(own.measures()).orElseThrow(),
                    seen.lookAlikes().orElseThrow());
            assertNotEquals(seen.fmrTable(), seen.lookAlikes().orElseThrow());
        }
        assertNotEquals(
                measured.manifest().lookAlikes(),
                measured.at(Precision.INT8).manifest().lookAlikes());
        assertTrue(measured.manifest().int8().evaluation().containsKey("distance.min_max"));
        ThresholdBasis basis = ThresholdBasis.of(measured.manifest().evaluation(), Impostors.LOOK_ALIKES)
                .orElseThrow();
        assertEquals(3, basis.groups());
        assertEquals(3 * 45, basis.classPairs());
    }

    @Test
    void theManifestSaysWhatWasMeasuredOnWhat() {
        Manifest manifest = measured.manifest();
        Map<String, String> settings = manifest.training().settings();

        assertEquals(new ModelId("compact", "own"), ModelId.of(manifest));
        assertEquals(before.origin(), manifest.parent());
        assertEquals(before.origin(), settings.get("measuredFrom"));
        assertEquals("2026-01-01T00:00:00Z", settings.get("measuredAt"));
        assertEquals("120", settings.get("measuredImages"));
        assertEquals("30", settings.get("measuredClasses"));
        assertEquals(validation.fingerprint(), settings.get("measuredOn"));
        assertEquals(before.manifest().training().seed(), manifest.training().seed());
    }

    @Test
    void othersSeeRatesAtTheThresholdsOfBothKinds() throws IOException {
        ImageSet others = ImageSet.read(Drawings.write(folder.resolve("others"), "o", 3, 10, 4), 1);

        Map<String, Double> rates =
                PairEvaluation.atOwnThresholds(measured, others).measures();

        for (String name : List.of("fmr@target=0.1", "fmr@target=0.1.withinGroup")) {
            assertTrue(rates.get(name + ".low") <= rates.get(name), rates.toString());
            assertTrue(rates.get(name) <= rates.get(name + ".high"), rates.toString());
        }
        assertTrue(Impostors.lookAlikes(rates).isEmpty(), "no table of the images that judge");
    }

    @Test
    void theVersionMustBeAnother() {
        String refusal = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Remeasurement().run(before, ModelId.of(before.manifest()), validation))
                .getMessage();

        assertTrue(refusal.startsWith("the new version must differ from the package's own, compact/"), refusal);
    }
}
