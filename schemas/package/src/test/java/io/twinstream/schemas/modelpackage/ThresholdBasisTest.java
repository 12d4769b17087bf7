package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ThresholdBasisTest {
    private static final FmrTable TABLE =
            new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.05, 0.6), new FmrPoint(0.01, 0.9)));

    @Test
    void measuresFromBeforeSayNothingOfClasses() {
        assertTrue(
                ThresholdBasis.of(Map.of("eer", 0.01, "impostorPairs", 700.0)).isEmpty());
    }

    @Test
    void theLineCountsClassesPairsOfClassesAndPairsOfImages() {
        assertEquals(
                "thresholds rest on 20 classes, 190 pairs of classes and 4500 impostor pairs",
                basis(20, Map.of()).line());
    }

    @Test
    void aWideForecastIsDoubtedWithWhatWouldHelp() {
        ThresholdBasis basis = basis(20, forecast("0.01", 0.0004, 0.031, 0.1, 0.55));

        String doubt = basis.doubt(0.01);

        // The logarithm of 3.1 is 1.63 times that of 2: 1.63 * 1.63 * 20 classes bring it down to that of 2.
        assertEquals(
                "20 classes don't carry an FMR of 0.01: as many others see 0.0004 to 0.031 at its threshold and an FNMR of 0.1 to 0.55, with 95 % confidence; about 60 classes would narrow the FMR to 0.0045 to 0.019",
                doubt);
    }

    @Test
    void aNarrowForecastIsNot() {
        Map<String, Double> measures = forecast("0.1", 0.09, 0.12, 0.01, 0.02);
        measures.putAll(forecast("0.01", 0.006, 0.019, 0.02, 0.05));

        ThresholdBasis basis = basis(80, measures);

        assertNull(basis.doubt(0.1));
        assertNull(basis.doubt(0.01));
    }

    @Test
    void aTargetBetweenTwoForecastsIsJudgedByTheStricterAndOneBelowAllByTheLast() {
        Map<String, Double> measures = forecast("0.1", 0.09, 0.12, 0.01, 0.02);
        measures.putAll(forecast("0.01", 0, 0.05, 0.02, 0.5));
        ThresholdBasis basis = basis(20, measures);

        assertNull(basis.doubt(0.1));
        assertTrue(basis.doubt(0.05).contains("an FMR of 0.01"));
        assertTrue(basis.doubt(0.002).contains("an FMR of 0.01"));
        assertNull(basis(20, Map.of()).doubt(0.01));
    }

    @Test
    void warningsNameTheFirstRateThatIsNotInTheTable() {
        ThresholdBasis basis = basis(10, forecast("0.01", 0.008, 0.012, 0, 0.01));

        List<String> warnings = basis.warnings(TABLE);

        assertEquals(
                List.of(
                        "an FMR of 0.001 is not in the table: it takes 30000 impostor pairs and there are 4500, so about 30 classes like these"),
                warnings);
    }

    @Test
    void thresholdsForLookAlikesRestOnGroups() {
        Map<String, Double> measures = new TreeMap<>();
        measures.put("classes", 60.0);
        measures.put("impostorPairs", 1e6);
        measures.put("groups", 5.0);
        measures.put("classes.withinGroup", 58.0);
        measures.put("classPairs.withinGroup", 320.0);
        measures.put("impostorPairs.withinGroup", 32_000.0);
        forecast("0.01", 0.002, 0.031, 0.1, 0.55).forEach((name, value) -> {
            int bound = name.lastIndexOf('.');
            measures.put(name.substring(0, bound) + ".withinGroup" + name.substring(bound), value);
        });

        ThresholdBasis basis =
                ThresholdBasis.of(measures, Impostors.LOOK_ALIKES).orElseThrow();

        assertEquals(
                "thresholds for look-alikes rest on 5 groups, 58 classes, 320 pairs of classes and 32000 impostor pairs",
                basis.line());
        assertEquals(
                "5 groups don't carry an FMR of 0.01 among look-alikes: as many others see 0.002 to 0.031 at its threshold and an FNMR of 0.1 to 0.55, with 95 % confidence; about 20 groups would narrow the FMR to 0.006 to 0.018",
                basis.doubt(0.01));
        assertEquals(
                "an FMR of 0.0001 is not in the table of look-alikes: it takes 300000 impostor pairs and there are 32000, so about 50 groups like these",
                basis.warnings(new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.001, 0.9))))
                        .get(1));
        assertEquals(1_770, ThresholdBasis.of(measures).orElseThrow().classPairs());
    }

    private static ThresholdBasis basis(int classes, Map<String, Double> forecasts) {
        Map<String, Double> measures = new TreeMap<>(forecasts);
        measures.put("classes", (double) classes);
        measures.put("impostorPairs", 4500.0);
        return ThresholdBasis.of(measures).orElseThrow();
    }

    private static Map<String, Double> forecast(
            String target, double low, double high, double fnmrLow, double fnmrHigh) {
        Map<String, Double> measures = new TreeMap<>();
        measures.put("fmr@target=" + target + ".low", low);
        measures.put("fmr@target=" + target + ".high", high);
        measures.put("fnmr@target=" + target + ".low", fnmrLow);
        measures.put("fnmr@target=" + target + ".high", fnmrHigh);
        return measures;
    }
}
