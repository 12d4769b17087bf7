package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.trainer.dataset.DatasetException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentificationTrialTest {
    private static final int STRANGER = IdentificationTrial.STRANGER;

    /** The trial has four references, probes of 0, 1 and 3, and two strangers. */
    private final IdentificationTrial trial = new IdentificationTrial(
            new double[][] {
                {9, 1, 2, 3}, // found
                {5, 4, 0, 0}, // taken for 0
                {0, 0, 8, 6}, // taken for 2, but found among 2 and 3 only at rank 2
                {7, 2, 1, 0},
                {1, 3, 2, 5}
            },
            new int[] {0, 1, 3, STRANGER, STRANGER});

    @Test
    void aSearchByAStrangerIsFalseWhereItsBestReachesTheThreshold() {
        ErrorRates rates = trial.rates(4);

        assertEquals(1.0, rates.fmr(5));
        assertEquals(0.5, rates.fmr(6));
        assertEquals(0.0, rates.fmr(8));
    }

    @Test
    void aMateBelowTheThresholdOrBehindAnotherIsMissed() {
        ErrorRates rates = trial.rates(4);

        assertEquals(2.0 / 3, rates.fnmr(0), 1e-12);
        assertEquals(2.0 / 3, rates.fnmr(9), 1e-12);
        assertEquals(1.0, rates.fnmr(10));
    }

    @Test
    void aSmallerGalleryIsSearchedAsOftenAsThereAreDisjointOnes() {
        ErrorRates rates = trial.rates(2);

        assertEquals(2, trial.galleries(2));
        assertEquals(4, rates.impostorPairs());
        assertEquals(3, rates.genuinePairs());
        // Strangers' best: 7 and 3 among 0, 1; 1 and 5 among 2, 3.
        assertEquals(0.5, rates.fmr(5));
    }

    @Test
    void sizesGoUpByOneTwoFiveToAll() {
        double[][] wide = {new double[137]};

        assertArrayEquals(
                new int[] {10, 20, 50, 100, 137}, new IdentificationTrial(wide, new int[] {STRANGER}).gallerySizes());
        assertArrayEquals(new int[] {4}, trial.gallerySizes());
    }

    @Test
    void strangersAreNeverEnrolledAndEveryOtherImageIsAProbe() throws DatasetException {
        HeldOutImages images = Dots.grouped(2, 10, 3);

        IdentificationTrial drawn = IdentificationTrial.of(
                Dots.comparer((probe, reference) -> probe / 3 == reference / 3 ? 1 : 0),
                images,
                new IdentificationPlan(0.4, 1, List.of(0.1)));

        assertEquals(12, drawn.scores()[0].length);
        assertEquals(
                8 * 3,
                IntStream.of(drawn.mates()).filter(mate -> mate == STRANGER).count());
        assertEquals(
                12 * 2,
                IntStream.of(drawn.mates()).filter(mate -> mate != STRANGER).count());
        for (int probe = 0; probe < drawn.mates().length; probe++) {
            double likeness = Arrays.stream(drawn.scores()[probe]).sum();
            assertEquals(drawn.mates()[probe] == STRANGER ? 0 : 1, likeness, "probe " + probe);
        }
    }

    @Test
    void thresholdsRiseWithTheGalleryAsTheyDoInTheVerifier() throws DatasetException {
        FmrTable table = new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.001, 0.9)));

        IdentificationPlan plan = new IdentificationPlan(0.5, 1, List.of(0.05));
        IdentificationTrial drawn = IdentificationTrial.of(
                Dots.comparer((probe, reference) -> probe / 3 == reference / 3 ? 1 : -1), Dots.grouped(3, 20, 3), plan);
        List<IdentificationPoint> points = IdentificationPoint.of(
                List.of(drawn), drawn.gallerySizes(), false, Map.of(Impostors.POOLED, table), plan);

        assertEquals(
                List.of(10, 20, 30),
                points.stream().map(IdentificationPoint::gallerySize).toList());
        assertTrue(points.get(0).threshold() < points.get(1).threshold());
        // A logit of 1 is a score of 0.73, which the threshold of a gallery of 10 is not above.
        assertEquals(0, points.get(0).fpir());
        assertEquals(
                points.get(0).threshold() > 0.7310586 ? 1 : 0, points.get(0).fnir());
    }

    @Test
    void withinGroupsStrangersSearchAmongTheirOwn() {
        IdentificationPlan plan = new IdentificationPlan(0.5, 1, List.of(0.05));
        // Whoever is of one group, of 60 images each, is alike; nobody else is.
        Comparer comparer = Dots.comparer((probe, reference) -> probe / 60 == reference / 60 ? 1 : -1);

        List<IdentificationTrial> groups = IdentificationTrial.ofGroups(comparer, Dots.grouped(3, 20, 3), plan);

        assertEquals(3, groups.size());
        assertArrayEquals(new int[] {10}, IdentificationTrial.gallerySizes(groups));
        ErrorRates rates = IdentificationTrial.rates(groups, 10);
        assertEquals(1, rates.fmr(1));
        assertEquals(3 * 10 * 3, rates.impostorPairs());
        assertEquals(3 * 10 * 2, rates.genuinePairs());
        assertTrue(IdentificationTrial.ofGroups(comparer, Dots.grouped(1, 20, 3), plan)
                .isEmpty());
    }

    @Test
    void smallGroupsAreSearchedAsFarAsAllReach() {
        List<IdentificationTrial> small = IdentificationTrial.ofGroups(
                Dots.comparer((probe, reference) -> 1),
                Dots.grouped(2, 6, 2),
                new IdentificationPlan(0.5, 1, List.of(0.05)));

        assertArrayEquals(new int[] {3}, IdentificationTrial.gallerySizes(small));
        assertArrayEquals(new int[0], IdentificationTrial.gallerySizes(List.of()));
    }

    @Test
    void whereEverybodyIsAStrangerThereIsNobodyToFind() {
        assertThrows(
                DatasetException.class,
                () -> IdentificationTrial.of(
                        Dots.comparer((a, b) -> 0), Dots.grouped(1, 1, 3), new IdentificationPlan(0.5, 1, List.of())));
    }
}
