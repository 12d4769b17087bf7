package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.evaluation.L1Calibration.Line;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class L1CalibrationTest {
    @Test
    void theScoreIsHalfWhereBothKindsAreEquallyLikely() {
        Line line = Line.fit(new double[] {1, 2, 3, 3.5}, new double[] {2.5, 3, 4, 5});

        assertEquals(0, line.intercept() + line.slope() * 3, 1e-9);
        assertTrue(line.slope() < 0);
    }

    @Test
    void scoresAreTheProbabilitiesThatDistancesWereDrawnFrom() {
        // Two normal distributions of one deviation have a logit that is a line: (m1 - m0) / s^2 * x + ...
        Random random = new Random(1);
        double[] genuine =
                random.doubles(20_000).map(x -> 10 + 2 * random.nextGaussian()).toArray();
        double[] impostor =
                random.doubles(60_000).map(x -> 16 + 2 * random.nextGaussian()).toArray();

        Line line = Line.fit(genuine, impostor);

        assertEquals(-1.5, line.slope(), 0.05);
        assertEquals(1.5 * 13, line.intercept(), 0.6);
    }

    @Test
    void bothKindsWeighTheSameWhateverTheirNumbers() {
        double[] genuine = {1, 2, 3, 3.5};
        double[] impostor = {2.5, 3, 4, 5};
        double[] tenfold = new double[40_000];
        Arrays.setAll(tenfold, i -> impostor[i % 4]);

        Line line = Line.fit(genuine, tenfold);

        double genuineScores = Arrays.stream(genuine)
                .map(x -> MatchFunction.score(line.intercept() + line.slope() * x))
                .average()
                .orElseThrow();
        double impostorScores = Arrays.stream(tenfold)
                .map(x -> MatchFunction.score(line.intercept() + line.slope() * x))
                .average()
                .orElseThrow();
        // At the optimum of a regression with an intercept, the mean score is the mean target.
        assertEquals(5.0 / 6 + 1 / 40_002.0, genuineScores + impostorScores, 1e-6);
    }

    @Test
    void kindsThatDoNotOverlapGetAFiniteLine() {
        Line line = Line.fit(new double[] {1, 1.5, 2}, new double[] {8, 9, 10});

        assertTrue(line.slope() < 0 && line.slope() > -10, line.toString());
        assertEquals(0.8, MatchFunction.score(line.intercept() + line.slope() * 1.5), 0.1);
    }

    @Test
    void distancesThatTellNothingGiveNoFallingLine() {
        assertTrue(Line.fit(new double[] {4, 5, 6}, new double[] {1, 2, 3}).slope() > 0);
        assertTrue(
                Double.isNaN(Line.fit(new double[] {3, 3}, new double[] {3, 3}).slope()));
    }
}
