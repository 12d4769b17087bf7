package io.twinstream.verifier.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.inference.EmbedRates;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
    private static final Int8Facts FACTS =
            Objects.requireNonNull(Models.SHIPPED.manifest().int8());
    private static final ModelPackage FP32_ONLY =
            Models.of(Models.SHIPPED.file(ModelPackage.EMBEDDER), Models.SHIPPED.file(ModelPackage.MATCHER));

    private final AtomicInteger measurements = new AtomicInteger();

    @Test
    void autoTakesInt8WhereItIsFaster() {
        ModelPackage chosen = choice("auto", true, 101).of(Models.SHIPPED);

        assertEquals(Precision.INT8, chosen.precision());
        assertEquals(FACTS.fmrTable(), chosen.manifest().fmrTable());
        assertEquals(FACTS.histograms(), chosen.manifest().histograms());
    }

    @Test
    void autoTakesFp32WhereInt8IsNotFaster() {
        assertEquals(
                Precision.FP32, choice("auto", true, 100).of(Models.SHIPPED).precision());
    }

    @Test
    void autoTakesFp32WhereInt8LosesMoreThanHalfAPoint() throws IOException {
        ModelPackage worse = with(0.0051, FACTS.golden());

        assertEquals(Precision.FP32, choice("auto", true, 300).of(worse).precision());
        assertEquals(0, measurements.get());
    }

    @Test
    void autoTakesFp32WhereInt8FailsItsSelfTest() throws IOException {
        ModelPackage wrong = with(
                0,
                List.of(new GoldenVector(
                        FACTS.golden().get(0).image(), FACTS.golden().get(1).embedding())));

        assertEquals(Precision.FP32, choice("auto", true, 300).of(wrong).precision());
    }

    @Test
    void aPackageWhoseFp32EmbedderFailsItsSelfTestIsRefusedAtAnyPrecision() throws IOException {
        ModelPackage model = Models.claiming(
                Models.SHIPPED.manifest().input(), Models.SHIPPED.manifest().embeddingLength(), List.of());
        ModelPackage untested = PackageArchive.read(
                PackageArchive.withInt8(model, FACTS, Models.SHIPPED.file(ModelPackage.EMBEDDER_INT8)), "test");

        for (String precision : List.of("auto", "int8")) {
            assertThrows(
                    InferenceException.class, () -> choice(precision, true, 300).of(untested));
        }
    }

    @Test
    void autoTakesFp32WhereThereIsNothingElse() {
        assertEquals(Precision.FP32, choice("auto", true, 300).of(FP32_ONLY).precision());
    }

    @Test
    void aVersionIsMeasuredOnce() {
        PrecisionChoice choice = choice("auto", true, 300);

        choice.of(Models.SHIPPED);
        choice.of(Models.SHIPPED);

        assertEquals(1, measurements.get());
    }

    @Test
    void whatIsSetIsNotMeasured() {
        assertEquals(
                Precision.FP32, choice("fp32", true, 300).of(Models.SHIPPED).precision());
        assertEquals(Precision.INT8, choice("int8", true, 1).of(Models.SHIPPED).precision());
        assertEquals(0, measurements.get());
    }

    @Test
    void int8RefusesAVersionWithoutIt() {
        InferenceException refusal = assertThrows(
                InferenceException.class, () -> choice("int8", true, 300).of(FP32_ONLY));

        assertEquals(
                "the package holds no int8 embedder: 'twinstream quantize' adds one, or set verifier.precision=auto",
                refusal.getMessage());
    }

    @Test
    void aReplayTakesFp32WhereThereIsNothingElse() {
        assertEquals(Precision.FP32, choice("int8", false, 300).of(FP32_ONLY).precision());
    }

    @Test
    void aStandInTakesFp32() {
        InferenceSettings settings = settings(
                Map.of(VerifierSettings.PRECISION, "int8", VerifierSettings.PROVIDER, VerifierSettings.STAND_IN));

        assertEquals(
                Precision.FP32, PrecisionChoice.of(settings).of(Models.SHIPPED).precision());
    }

    @Test
    void anOpenModelIsOfOnePrecisionAllThrough() {
        try (ServingModel model =
                ServingModel.open(Models.SHIPPED, settings(Map.of(VerifierSettings.PRECISION, "int8")))) {
            assertEquals(Precision.INT8, model.embedder().precision());
            assertEquals(FACTS.fmrTable(), model.manifest().fmrTable());
            assertEquals(
                    FACTS.fmrTable().threshold(1e-2),
                    model.thresholds().verification().score());
            assertEquals(Models.SHIPPED.sha256(), model.sha256());
            SelfTest.run(model.manifest(), model.embedder());
        }
    }

    @Test
    void theMeasurementIsOfBothEmbedders() {
        InferenceSettings settings = settings(Map.of("verifier.batch.max", "4"));
        try (ServingModel fp32 = ServingModel.open(FP32_ONLY, settings)) {
            EmbedRates rates = EmbedRates.measure(fp32.embedder(), fp32.embedder(), 4, 5, Long.MAX_VALUE);

            assertTrue(rates.ratio() > 0.2 && rates.ratio() < 5, rates.toString());
        }
    }

    private static Optional<Precision> wanted(String precision) {
        return precision.equals("auto")
                ? Optional.empty()
                : Optional.of(Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
    }

    private PrecisionChoice choice(String precision, boolean strict, double int8Rate) {
        return new PrecisionChoice(settings(Map.of()), wanted(precision), strict, (fp32, int8, images) -> {
            measurements.incrementAndGet();
            assertEquals(Precision.FP32, fp32.precision());
            assertEquals(Precision.INT8, int8.precision());
            assertEquals(16, images);
            return new EmbedRates(100, int8Rate);
        });
    }

    private static InferenceSettings settings(Map<String, String> values) {
        return Settings.read(
                VerifierSettings.define(CommonSettings.define(new ConfigDef())), InferenceSettings::of, values);
    }

    private static ModelPackage with(double loss, List<GoldenVector> golden) throws IOException {
        Int8Facts facts = new Int8Facts(
                FACTS.calibration(), loss, FACTS.fmrTable(), FACTS.histograms(), FACTS.evaluation(), golden);
        return PackageArchive.read(
                PackageArchive.withInt8(Models.SHIPPED, facts, Models.SHIPPED.file(ModelPackage.EMBEDDER_INT8)),
                "test");
    }
}
