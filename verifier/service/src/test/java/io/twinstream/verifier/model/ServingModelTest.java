package io.twinstream.verifier.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class ServingModelTest {
    private static final Map<String, Double> MEASURES = Map.of(
            "classes", 20.0,
            "impostorPairs", 4500.0,
            "fmr@target=0.1.low", 0.08,
            "fmr@target=0.1.high", 0.12,
            "fnmr@target=0.1.low", 0.0,
            "fnmr@target=0.1.high", 0.01,
            "fmr@target=0.01.low", 0.0004,
            "fmr@target=0.01.high", 0.031,
            "fnmr@target=0.01.low", 0.1,
            "fnmr@target=0.01.high", 0.55);

    @Test
    void aTargetThatItsClassesDoNotCarryIsDoubted() throws IOException {
        assertEquals(
                "20 classes don't carry an FMR of 0.01: as many others see 0.0004 to 0.031",
                doubt(0.01, MEASURES).split(" at its threshold")[0]);
        assertNull(doubt(0.1, MEASURES));
        assertNull(doubt(0.01, Map.of("eer", 0.1)));
    }

    @Test
    void aGalleryTooLargeForTheTableIsDoubted() throws IOException {
        try (ServingModel model = ServingModel.open(Models.SHIPPED, ProviderChoice.CPU, 0.01, 1e-9, 1)) {
            assertNull(model.identificationDoubt());

            model.gallery()
                    .put(
                            new ReferenceKey("erin", "1"),
                            new float[Models.SHIPPED.manifest().embeddingLength()]);

            assertTrue(
                    model.identificationDoubt()
                            .startsWith("an FPIR of 1.0E-9 is not carried in a gallery of 1 references: "),
                    model.identificationDoubt());
        }
    }

    @Test
    void thresholdsAreThoseOfLookAlikesUnlessAllImpostorsAreChosen() throws IOException {
        Map<String, Double> measures = new TreeMap<>(MEASURES);
        double pooled = Models.SHIPPED.manifest().fmrTable().threshold(0.01);
        double higher = (1 + pooled) / 2;
        measures.put("threshold@fmr=0.1.withinGroup", 0.5);
        measures.put("threshold@fmr=0.01.withinGroup", higher);
        measures.put("classes.withinGroup", 20.0);
        measures.put("impostorPairs.withinGroup", 4500.0);
        measures.put("groups", 4.0);
        measures.put("fmr@target=0.01.withinGroup.low", 0.0);
        measures.put("fmr@target=0.01.withinGroup.high", 0.05);
        measures.put("fnmr@target=0.01.withinGroup.low", 0.1);
        measures.put("fnmr@target=0.01.withinGroup.high", 0.6);

        try (ServingModel model = ServingModel.open(with(measures), settings("hardest"))) {
            assertEquals(Impostors.LOOK_ALIKES, model.impostors());
            assertEquals(higher, model.thresholds().verification().score(), 1e-12);
            assertTrue(model.thresholds().identification(10).score() >= higher);
            assertTrue(model.thresholdDoubt().startsWith("4 groups don't carry"), model.thresholdDoubt());
        }
        try (ServingModel model = ServingModel.open(with(measures), settings("pooled"))) {
            assertEquals(Impostors.POOLED, model.impostors());
            assertEquals(pooled, model.thresholds().verification().score(), 1e-12);
            assertTrue(model.thresholdDoubt().startsWith("20 classes don't carry"), model.thresholdDoubt());
        }
        try (ServingModel model = ServingModel.open(with(MEASURES), settings("hardest"))) {
            assertEquals(Impostors.POOLED, model.impostors());
            assertEquals(pooled, model.thresholds().verification().score(), 1e-12);
        }
    }

    private static InferenceSettings settings(String impostors) {
        return InferenceSettings.of(Settings.parse(
                VerifierSettings.define(CommonSettings.define(ModelSettings.define(new ConfigDef()))),
                Map.of("verifier.fmr.impostors", impostors, "verifier.provider", "cpu", "verifier.precision", "fp32")));
    }

    private static String doubt(double targetFmr, Map<String, Double> measures) throws IOException {
        try (ServingModel model = ServingModel.open(with(measures), ProviderChoice.CPU, targetFmr, 0.05, 1)) {
            return model.thresholdDoubt();
        }
    }

    /** Returns the shipped model with other measures. */
    private static ModelPackage with(Map<String, Double> measures) throws IOException {
        Manifest shipped = Models.SHIPPED.manifest();
        Manifest manifest = new Manifest(
                shipped.format(),
                shipped.name(),
                shipped.version(),
                null,
                shipped.architecture(),
                shipped.input(),
                shipped.embeddingLength(),
                shipped.enrolmentViews(),
                List.of(),
                shipped.fmrTable(),
                shipped.histograms(),
                measures,
                shipped.golden(),
                shipped.training(),
                null,
                null,
                null,
                null);
        return PackageArchive.read(
                PackageArchive.write(
                        manifest,
                        Models.SHIPPED.file(ModelPackage.EMBEDDER),
                        Models.SHIPPED.file(ModelPackage.MATCHER)),
                "test");
    }
}
