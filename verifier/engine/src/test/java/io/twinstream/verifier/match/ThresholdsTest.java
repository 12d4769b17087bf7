package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
    private static final FmrTable TABLE = new FmrTable(List.of(
            new FmrPoint(0.1, 0.3), new FmrPoint(0.01, 0.6), new FmrPoint(0.001, 0.8), new FmrPoint(1e-5, 0.95)));

    @Test
    void verificationTakesTheTablesThresholdForItsTarget() {
        assertEquals(
                new Thresholds.Threshold(TABLE.threshold(0.001), 0.001),
                new Thresholds(TABLE, 0.001, 0.01).verification());
    }

    @Test
    void aTargetThatWasNotMeasuredIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Thresholds(TABLE, 1e-6, 0.01));
    }

    @Test
    void identificationAmongNKeepsTheChanceOfAnyFalseMatchAtTheTarget() {
        Thresholds thresholds = new Thresholds(TABLE, 0.001, 0.05);
        for (int references : new int[] {1, 2, 10, 1000}) {
            double fmr = thresholds.identification(references).fmr();

            assertEquals(0.05, 1 - Math.pow(1 - fmr, references), 1e-9);
        }
    }

    @Test
    void theThresholdRisesWithTheGallery() {
        Thresholds thresholds = new Thresholds(TABLE, 0.001, 0.05);
        double last = 0;
        for (int references = 1; references < 5000; references = references * 3 / 2 + 1) {
            double score = thresholds.identification(references).score();
            assertTrue(score > last, "at " + references);
            last = score;
        }
    }

    @Test
    void aGalleryTooLargeForTheTableGetsItsEndAndSaysSo() {
        Thresholds thresholds = new Thresholds(TABLE, 0.001, 0.01);

        assertEquals(new Thresholds.Threshold(0.95, 1e-5), rounded(thresholds.identification(1_000_000)));
        assertEquals(thresholds.identification(1_000_000), thresholds.identification(Integer.MAX_VALUE));
    }

    @Test
    void strangersThatMatchAreAsManyAsTheTargetUntilTheTableEnds() {
        Thresholds thresholds = new Thresholds(TABLE, 0.001, 0.01);

        assertEquals(0.01, thresholds.fpir(100), 1e-9);
        assertEquals(1 - Math.pow(1 - 1e-5, 100_000), thresholds.fpir(100_000), 1e-9);
        assertEquals(0, thresholds.fpir(0));
        assertEquals(1_005, Thresholds.mostReferences(TABLE, 0.01));
        assertEquals(0.01, thresholds.fpir(1_005), 1e-9);
        assertTrue(thresholds.fpir(1_006) > 0.01);
    }

    @Test
    void aTargetAboveTheTableSaysTheRateThatItsThresholdStandsFor() {
        Thresholds thresholds = new Thresholds(TABLE, 0.4, 0.4);

        assertEquals(new Thresholds.Threshold(0.3, 0.1), rounded(thresholds.verification()));
        assertEquals(new Thresholds.Threshold(0.3, 0.1), rounded(thresholds.identification(1)));
    }

    @Test
    void anEmptyGalleryIsJudgedLikeOneOfOne() {
        Thresholds thresholds = new Thresholds(TABLE, 0.001, 0.05);

        assertEquals(thresholds.identification(1), thresholds.identification(0));
    }

    private static Thresholds.Threshold rounded(Thresholds.Threshold threshold) {
        return new Thresholds.Threshold(Math.round(threshold.score() * 1e9) / 1e9, threshold.fmr());
    }
}
