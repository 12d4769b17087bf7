package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrorRatesTest {
    /** Impostors 0 to 99, genuine pairs 80 to 179. */
    private final ErrorRates rates = new ErrorRates(scores(80, 180), scores(0, 100));

    @Test
    void aScoreAtTheThresholdMatches() {
        assertEquals(0.01, rates.fmr(99), 1e-12);
        assertEquals(0.20, rates.fmr(80), 1e-12);
        assertEquals(0.0, rates.fnmr(80), 1e-12);
        assertEquals(0.01, rates.fnmr(81), 1e-12);
    }

    @Test
    void theThresholdLiesHalfwayBetweenTheLastImpostorRefusedAndTheFirstTaken() {
        assertEquals(94.5, rates.threshold(0.05), 1e-12);
        assertEquals(0.15, rates.fnmrAtFmr(0.05), 1e-12);
    }

    @Test
    void equalImpostorsAreTakenOrRefusedTogether() {
        ErrorRates ties = new ErrorRates(new double[] {3}, new double[] {1, 2, 2, 2});

        assertEquals(0, ties.fmr(ties.threshold(0.5)));
    }

    @Test
    void aRateBelowOnePairAllowsNone() {
        assertEquals(0, rates.fmr(rates.threshold(0.001)));
    }

    @Test
    void theEqualErrorRateIsWhereBothCurvesCross() {
        assertEquals(0.10, rates.equalErrorRate(), 1e-12);
    }

    @Test
    void pairsThatDontOverlapHaveNoErrors() {
        assertEquals(0, new ErrorRates(scores(200, 300), scores(0, 100)).equalErrorRate());
    }

    @Test
    void scoresTheWrongWayRoundAreAllErrors() {
        assertEquals(1, new ErrorRates(scores(0, 100), scores(200, 300)).equalErrorRate(), 0.01);
    }

    @Test
    void withoutImpostorsThereAreNoRates() {
        assertThrows(IllegalArgumentException.class, () -> new ErrorRates(scores(0, 1), new double[0]));
    }

    private static double[] scores(int from, int to) {
        return IntStream.range(from, to).asDoubleStream().toArray();
    }
}
