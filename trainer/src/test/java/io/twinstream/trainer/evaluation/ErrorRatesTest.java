package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.trainer.evaluation.ErrorRates.DetPoint;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrorRatesTest {
    /** Impostors score 0 to 99, and genuine pairs 80 to 179. */
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
    void theBestThresholdLiesHalfwayBetweenTwoScores() {
        // At 3: 1 of 3 impostors is taken; at 4.5: 1 of 3 genuine is refused; both together are least at 3, the lower.
        ErrorRates overlapping = new ErrorRates(new double[] {4, 6, 7}, new double[] {1, 2, 5});

        assertEquals(3, overlapping.bestThreshold(), 1e-12);
        assertEquals(150, new ErrorRates(scores(201, 300), scores(0, 100)).bestThreshold(), 1e-12);
    }

    @Test
    void whereScoresTellNothingTheBestThresholdTakesAll() {
        assertEquals(1, new ErrorRates(new double[] {1, 1}, new double[] {1, 1}).bestThreshold());
    }

    @Test
    void aRateThatFewerThanThirtyPairsSpeakForIsNone() {
        assertEquals(null, rates.measuredFnmrAtFmr(0.2));
        assertEquals(rates.fnmrAtFmr(0.3), rates.measuredFnmrAtFmr(0.3));
    }

    @Test
    void theDetCurveHasBothRatesOfTheSameThreshold() {
        List<DetPoint> points = rates.det(50);

        assertEquals(new DetPoint(0.01, 0.19), rounded(points.get(0)));
        assertEquals(new DetPoint(0.02, 0.18), rounded(points.get(1)));
        assertEquals(0, points.get(points.size() - 1).fnmr());
    }

    private static DetPoint rounded(DetPoint point) {
        return new DetPoint(Math.round(point.fmr() * 1e6) / 1e6, Math.round(point.fnmr() * 1e6) / 1e6);
    }

    @Test
    void withoutImpostorsThereAreNoRates() {
        assertThrows(IllegalArgumentException.class, () -> new ErrorRates(scores(0, 1), new double[0]));
    }

    private static double[] scores(int from, int to) {
        return IntStream.range(from, to).asDoubleStream().toArray();
    }
}
