package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.locate.Region.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimilarityTest {
    private static final List<Point> POINTS =
            List.of(new Point(10, 20), new Point(50, 22), new Point(30, 48), new Point(31, 70));

    @Test
    void turnScaleAndPlaceAreFoundAgain() {
        for (double degrees : new double[] {0, 17, 90, -133, 180}) {
            double angle = Math.toRadians(degrees);
            Similarity known = new Similarity(1.7 * Math.cos(angle), 1.7 * Math.sin(angle), -12, 5);

            Similarity found = laying(POINTS, moved(POINTS, known));

            assertEquals(known.along(), found.along(), 1e-5);
            assertEquals(known.across(), found.across(), 1e-5);
            assertEquals(known.right(), found.right(), 1e-3);
            assertEquals(known.down(), found.down(), 1e-3);
            assertEquals(1.7, found.scale(), 1e-5);
        }
    }

    @Test
    void noOtherSimilarityLaysThePointsNearerToTheirPlaces() {
        List<Point> places = List.of(new Point(38, 51), new Point(73, 52), new Point(56, 71), new Point(57, 92));
        Similarity best = laying(POINTS, places);
        double least = squares(best, places);
        Random random = new Random(1);

        for (int i = 0; i < 1_000; i++) {
            Similarity other = new Similarity(
                    best.along() + random.nextGaussian() / 100,
                    best.across() + random.nextGaussian() / 100,
                    best.right() + random.nextGaussian(),
                    best.down() + random.nextGaussian());

            assertTrue(squares(other, places) >= least - 1e-6);
        }
    }

    @Test
    void mirroredPlacesAreNotReachedByAReflection() {
        List<Point> mirrored =
                POINTS.stream().map(point -> new Point(-point.x(), point.y())).toList();

        Similarity found = laying(POINTS, mirrored);

        assertTrue(squares(found, mirrored) > 100);
    }

    @Test
    void theInverseTakesPlacesBack() {
        Similarity known = new Similarity(0.3, -0.8, 40, -7);
        Similarity back = known.inverse();

        assertEquals(13, back.x(known.x(13, 29), known.y(13, 29)), 1e-9);
        assertEquals(29, back.y(known.x(13, 29), known.y(13, 29)), 1e-9);
    }

    @Test
    void pointsThatCoincideGiveNone() {
        List<Point> same = List.of(new Point(3, 3), new Point(3, 3));

        assertNull(Similarity.laying(same, POINTS.subList(0, 2)));
    }

    private static Similarity laying(List<Point> points, List<Point> places) {
        Similarity found = Similarity.laying(points, places);
        assertNotNull(found);
        return found;
    }

    private static List<Point> moved(List<Point> points, Similarity by) {
        return points.stream()
                .map(point -> new Point((float) by.x(point.x(), point.y()), (float) by.y(point.x(), point.y())))
                .toList();
    }

    private static double squares(Similarity by, List<Point> places) {
        double sum = 0;
        for (int i = 0; i < places.size(); i++) {
            double dx =
                    by.x(POINTS.get(i).x(), POINTS.get(i).y()) - places.get(i).x();
            double dy =
                    by.y(POINTS.get(i).x(), POINTS.get(i).y()) - places.get(i).y();
            sum += dx * dx + dy * dy;
        }
        return sum;
    }
}
