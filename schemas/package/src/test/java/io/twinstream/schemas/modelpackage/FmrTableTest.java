package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FmrTableTest {
    private final FmrTable table =
            new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.01, 0.9), new FmrPoint(0.001, 0.9)));

    @Test
    void aMeasuredRateHasItsMeasuredThreshold() {
        assertEquals(0.5, table.threshold(0.1), 1e-12);
        assertEquals(0.9, table.threshold(0.01), 1e-12);
        assertEquals(0.9, table.threshold(0.001), 1e-12);
    }

    @Test
    void halfwayInTheRatesLogarithmIsHalfwayInTheThresholdsLogit() {
        // logit(0.5) = 0 and logit(0.9) = ln 9, so the middle is sigmoid(ln 3)
        assertEquals(0.75, table.threshold(Math.sqrt(0.1 * 0.01)), 1e-12);
    }

    @Test
    void theThresholdNeverFallsAsTheTargetFalls() {
        double last = 0;
        for (double target = 0.5; target >= 0.001; target *= 0.99) {
            double threshold = table.threshold(target);
            assertTrue(threshold >= last - 1e-12, "at " + target);
            last = threshold;
        }
    }

    @Test
    void aTargetAboveTheTableGetsItsLowestThreshold() {
        assertEquals(0.5, table.threshold(0.4));
    }

    @Test
    void aTargetBelowTheTableIsRefusedWithItsEnd() {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> table.threshold(0.0001));

        assertEquals("the model's FMR table ends at 0.001: a target of 1.0E-4 was not measured", error.getMessage());
    }

    @Test
    void aTableThatIsNoneIsRefused() {
        refused(new FmrPoint(0.1, 0.5));
        refused(new FmrPoint(0.1, 0.5), new FmrPoint(0.1, 0.6));
        refused(new FmrPoint(0.1, 0.5), new FmrPoint(0.2, 0.6));
        refused(new FmrPoint(0.1, 0.5), new FmrPoint(0.01, 0.4));
    }

    @Test
    void aPointOutsideOfZeroToOneIsRefused() {
        for (double value : new double[] {0, 1, -0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new FmrPoint(value, 0.5));
            assertThrows(IllegalArgumentException.class, () -> new FmrPoint(0.5, value));
        }
    }

    private static void refused(FmrPoint... points) {
        assertThrows(IllegalArgumentException.class, () -> new FmrTable(List.of(points)));
    }
}
