package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.evaluation.PairSample.ImagePair;
import io.twinstream.trainer.evaluation.VerificationEvaluation.ScoredPairs;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationEvaluationTest {
    private static final HeldOutImages IMAGES = Dots.grouped(1, 1, 8);

    /** A pair's score is ten times its probe plus its reference. */
    private final Comparer comparer = Dots.comparer((probe, reference) -> 10 * probe + reference);

    /** Genuine pairs score 21 and 43, impostors 10 and 12, so the best threshold is 16.5, halfway between 12 and 21. */
    private final List<ImagePair> low =
            List.of(pair(2, 1, true), pair(4, 3, true), pair(1, 0, false), pair(1, 2, false));

    /** Genuine pairs score 17 and 76, impostors 15 and 50, so the best threshold is 16, where one impostor is taken. */
    private final List<ImagePair> high =
            List.of(pair(1, 7, true), pair(7, 6, true), pair(1, 5, false), pair(5, 0, false));

    @Test
    void eachHalfIsJudgedAtTheOthersThreshold() {
        VerificationEvaluation evaluation = VerificationEvaluation.of(comparer, sample(low, high));

        // low at 16: no error. high at 16.5: impostor 50 is taken, genuine 17 is not refused. FMR 1/4, FNMR 0.
        assertEquals(1 - 0.25 / 2, evaluation.accuracy(), 1e-12);
        assertFalse(evaluation.otherSet());
    }

    @Test
    void aThresholdMayComeFromAnotherSet() {
        // Genuine 43, 52 and impostors 17, 31: best threshold 37.
        PairSample thresholds =
                sample(List.of(pair(4, 3, true), pair(1, 7, false)), List.of(pair(5, 2, true), pair(3, 1, false)));

        VerificationEvaluation evaluation = VerificationEvaluation.of(comparer, sample(low, high), thresholds);

        // At 37 genuine 21 and 17 are refused, impostor 50 is taken: FNMR 2/4, FMR 1/4.
        assertEquals(1 - (0.5 + 0.25) / 2, evaluation.accuracy(), 1e-12);
        assertTrue(evaluation.otherSet());
    }

    @Test
    void scoresKeepTheOrderOfThePairs() {
        ScoredPairs scored =
                VerificationEvaluation.of(comparer, sample(low, high)).scored();

        assertEquals(
                List.of(21.0, 43.0, 10.0, 12.0, 17.0, 76.0, 15.0, 50.0),
                java.util.Arrays.stream(scored.scores()).boxed().toList());
    }

    @Test
    void aRateThatTooFewPairsSpeakForIsNone() {
        ErrorRates rates =
                VerificationEvaluation.of(comparer, sample(low, high)).rates();

        assertNull(rates.measuredFnmrAtFmr(0.01));
        // Impostors 10, 12, 15, 50 and genuine 17, 21, 43, 76: at 17, FMR 1/4 and FNMR 0; at 43, 1/4 and 1/2.
        assertEquals((0.25 + 0.25) / 2, rates.equalErrorRate(), 1e-12);
    }

    private static PairSample sample(List<ImagePair> first, List<ImagePair> second) {
        return new PairSample(IMAGES, new PairPlan(8, 1, false), first, second, true);
    }

    private static ImagePair pair(int probe, int reference, boolean genuine) {
        return new ImagePair(probe, reference, genuine);
    }
}
