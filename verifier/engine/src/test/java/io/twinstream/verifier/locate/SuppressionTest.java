package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.verifier.locate.Region.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    private static final Region BEST = region(10, 10, 10, 0.8f);
    private static final Region BESIDE = region(12, 10, 10, 0.4f);
    private static final Region LARGER = region(40, 40, 30, 0.5f);

    @Test
    void theSurestOfThoseThatOverlapIsKeptAndTheLargestComesFirst() {
        assertEquals(List.of(LARGER, BEST), new Suppression(false).of(List.of(BESIDE, BEST, LARGER)));
    }

    @Test
    void whereItIsWeightedTheMeanByScoresIsKeptWithTheBestScore() {
        Region mean = new Suppression(true).of(List.of(BESIDE, BEST)).get(0);

        assertEquals((10 * 0.8f + 12 * 0.4f) / 1.2f, mean.x(), 1e-5);
        assertEquals(10, mean.width(), 1e-5);
        assertEquals(0.8f, mean.score());
        assertEquals(mean.x() + 1, mean.points().get(0).x(), 1e-5);
    }

    @Test
    void boxesThatShareLessThanThreeTenthsOfTheirUnionAreTwoThings() {
        // Boxes of 10 x 10 that lie 5 apart share 50 of 150, those that lie 6 apart 40 of 160.
        assertEquals(1, kept(5));
        assertEquals(2, kept(6));
    }

    @Test
    void noMoreThanSixteenAreKeptAndTheseAreTheLargest() {
        List<Region> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(region(100 * i, 0, 1 + i, 0.9f));
        }

        List<Region> kept = new Suppression(true).of(many);

        assertEquals(Suppression.MOST, kept.size());
        assertEquals(40, kept.get(0).width(), 1e-4);
        assertEquals(25, kept.get(15).width(), 1e-4);
    }

    private static int kept(float apart) {
        return new Suppression(false)
                .of(List.of(region(0, 0, 10, 0.9f), region(apart, 0, 10, 0.8f)))
                .size();
    }

    private static Region region(float x, float y, float side, float score) {
        return new Region(x, y, side, side, score, List.of(new Point(x + 1, y + 1)));
    }
}
