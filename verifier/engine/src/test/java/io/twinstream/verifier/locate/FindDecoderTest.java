package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.Kind;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import io.twinstream.verifier.locate.Region.Point;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decodes outputs whose boxes and points were computed by hand. */
class FindDecoderTest {
    private static final float CLOSE = 1e-3f;

    /** Holds a batch's outputs, and knows where a row of a picture lies in them. */
    private static final class Outputs {
        final List<Shape> shapes;
        final float[][] values;
        final int images;

        Outputs(int images, float fill, Shape... shapes) {
            this.images = images;
            this.shapes = List.of(shapes);
            this.values = new float[shapes.length][];
            for (int i = 0; i < shapes.length; i++) {
                values[i] = new float[images * shapes[i].rows() * shapes[i].columns()];
                Arrays.fill(values[i], fill);
            }
        }

        Outputs row(int output, int image, int row, double... numbers) {
            Shape shape = shapes.get(output);
            for (int i = 0; i < numbers.length; i++) {
                values[output][(image * shape.rows() + row) * shape.columns() + i] = (float) numbers[i];
            }
            return this;
        }

        List<Region> candidates(LocatorSpec spec, int image) {
            RawOutputs raw = new RawOutputs(
                    images, Arrays.stream(values).map(FloatBuffer::wrap).toList());
            return FindDecoder.of(spec, shapes).candidates(raw, image);
        }
    }

    @Test
    void blazeFaceCountsFromTheCentresOfItsCellsAndTakesLogitsForScores() {
        Outputs outputs = new Outputs(
                2,
                -20,
                new Shape("Identity", -1, 512, 1),
                new Shape("Identity_1", -1, 384, 1),
                new Shape("Identity_2", -1, 512, 16),
                new Shape("Identity_3", -1, 384, 16));
        // Cell 5, 3 of 16 x 16 has its centre at 44, 28; its second anchor is row (3 * 16 + 5) * 2 + 1.
        outputs.row(0, 1, 107, 2).row(2, 1, 107, 4, -3, 20, 10, -6, -2, 6, -2, 0, 1, 0, 4, -9, 0, 9, 0);
        // Cell 7, 6 of 8 x 8 has its centre at 120, 104; its first anchor is row (6 * 8 + 7) * 6.
        outputs.row(1, 1, 330, 0).row(3, 1, 330, 0, 0, 8, 6, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        List<Region> found = outputs.candidates(spec(Kind.BLAZEFACE, 128, 0.4), 1);

        assertTrue(outputs.candidates(spec(Kind.BLAZEFACE, 128, 0.4), 0).isEmpty());
        assertEquals(2, found.size());
        assertBox(found.get(0), 38, 20, 20, 10, 0.8808f);
        assertEquals(new Point(38, 26), found.get(0).points().get(0));
        assertEquals(new Point(53, 28), found.get(0).points().get(5));
        assertBox(found.get(1), 116, 101, 8, 6, 0.5f);
        assertEquals(new Point(121, 106), found.get(1).points().get(0));
    }

    @Test
    void blazeFaceOfLongRangeAndInOneOutputHasTheSameCellsInPixelsOfItsInput() {
        Outputs outputs =
                new Outputs(1, -20, new Shape("regressors", -1, 896, 16), new Shape("classificators", -1, 896, 1));
        outputs.row(1, 0, 107, 9).row(0, 0, 107, 0, 0, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        outputs.row(1, 0, 512 + 330, 9).row(0, 0, 512 + 330, 0, 0, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        List<Region> found = outputs.candidates(spec(Kind.BLAZEFACE, 256, 0.5), 0);

        assertBox(found.get(0), 83, 51, 10, 10, 0.9999f);
        assertBox(found.get(1), 235, 203, 10, 10, 0.9999f);
    }

    @Test
    void yunetTakesTheMeanOfBothScoresAndExponentialsOfItsSizes() {
        // At 64 x 32 there are 8 x 4, 4 x 2 and 2 x 1 cells.
        Outputs outputs = new Outputs(
                1,
                0,
                shape("cls_8", 32, 1),
                shape("cls_16", 8, 1),
                shape("cls_32", 2, 1),
                shape("obj_8", 32, 1),
                shape("obj_16", 8, 1),
                shape("obj_32", 2, 1),
                shape("bbox_8", 32, 4),
                shape("bbox_16", 8, 4),
                shape("bbox_32", 2, 4),
                shape("kps_8", 32, 10),
                shape("kps_16", 8, 10),
                shape("kps_32", 2, 10));
        // Cell 2, 1 of stride 16 begins at 32, 16.
        outputs.row(1, 0, 6, 0.9)
                .row(4, 0, 6, 0.4)
                .row(7, 0, 6, 0.5, 0.25, Math.log(1.5), Math.log(0.5))
                .row(10, 0, 6, 0.25, 0.5, 1, 0, 0, 0, 0, 0, -1, -1);

        List<Region> found = outputs.candidates(spec(Kind.YUNET, 64, 32, 0.5), 0);

        assertEquals(1, found.size());
        assertBox(found.get(0), 28, 16, 24, 8, 0.6f);
        assertEquals(new Point(36, 24), found.get(0).points().get(0));
        assertEquals(new Point(16, 0), found.get(0).points().get(4));
    }

    @Test
    void scrfdIsKnownByItsShapesAndGivesDistancesToTheSides() {
        // The numbers stand for outputs without names; rows are 2 x 4 x 4, 2 x 2 x 2 and 2 x 1 x 1 at 32 x 32.
        Outputs outputs = new Outputs(
                2,
                0,
                shape("448", 32, 1),
                shape("471", 8, 1),
                shape("494", 2, 1),
                shape("451", 32, 4),
                shape("474", 8, 4),
                shape("497", 2, 4),
                shape("454", 32, 10),
                shape("477", 8, 10),
                shape("500", 2, 10));
        // Cell 3, 1 of stride 8 begins at 24, 8; its second anchor is row (1 * 4 + 3) * 2 + 1.
        outputs.row(0, 1, 15, 0.75).row(3, 1, 15, 1, 0.5, 2, 1.5).row(6, 1, 15, -0.5, 0, 1, 0, 0, 0, 0, 0, 0, 2);

        List<Region> found = outputs.candidates(spec(Kind.SCRFD, 32, 0.5), 1);

        assertEquals(1, found.size());
        assertBox(found.get(0), 16, 4, 24, 16, 0.75f);
        assertEquals(new Point(20, 8), found.get(0).points().get(0));
        assertEquals(new Point(24, 24), found.get(0).points().get(4));
        assertTrue(outputs.candidates(spec(Kind.SCRFD, 32, 0.5), 0).isEmpty());
    }

    @Test
    void boxesComeWithAnyNumberOfPointsOrNone() {
        Outputs withPoints = new Outputs(
                1, 0, new Shape("points", -1, 2, 3, 2), new Shape("scores", -1, 2), new Shape("boxes", -1, 2, 4));
        withPoints.row(1, 0, 1, 0.9).row(2, 0, 1, 1, 2, 5, 10).row(0, 0, 1, 1, 2, 3, 4, 5, 6);
        Outputs without = new Outputs(1, 0, new Shape("a", -1, 2, 4), new Shape("b", -1, 2, 2));
        without.row(1, 0, 0, 0.9, 0.1)
                .row(1, 0, 1, 0.1, 0.9)
                .row(0, 0, 0, 0, 0, 9, 9)
                .row(0, 0, 1, 1, 1, 3, 2);

        List<Region> found = withPoints.candidates(spec(Kind.BOXES, 32, 0.5), 0);

        assertBox(found.get(0), 1, 2, 4, 8, 0.9f);
        assertEquals(
                List.of(new Point(1, 2), new Point(3, 4), new Point(5, 6)),
                found.get(0).points());
        List<Region> pointless = without.candidates(spec(Kind.BOXES, 32, 0.5), 0);
        assertEquals(1, pointless.size());
        assertBox(pointless.get(0), 1, 1, 2, 1, 0.9f);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -3e38f})
    void whatMakesNoSenseIsNoFind(float odd) {
        for (Kind kind : Kind.values()) {
            Outputs outputs = all(kind, odd);
            for (int output = 0; output < outputs.shapes.size(); output++) {
                if (outputs.shapes.get(output).columns() == 1) {
                    Arrays.fill(outputs.values[output], 0.9f);
                }
            }

            assertTrue(outputs.candidates(spec(kind, 32, 0.5), 0).isEmpty(), kind.name());
        }
    }

    @Test
    void scoresThatAreNoNumbersAreNoFinds() {
        for (Kind kind : Kind.values()) {
            assertTrue(all(kind, Float.NaN).candidates(spec(kind, 32, 0.5), 0).isEmpty(), kind.name());
        }
    }

    @Test
    void outputsOfAnotherKindAreRefusedInOneLineThatNamesThem() {
        List<Shape> outputs = List.of(new Shape("embedding", -1, 512));

        for (Kind kind : Kind.values()) {
            String reason = assertThrows(
                            IllegalArgumentException.class, () -> FindDecoder.of(spec(kind, 32, 0.5), outputs))
                    .getMessage();

            assertTrue(reason.contains(kind.name().toLowerCase()), reason);
            assertTrue(reason.endsWith("this one gives embedding [-1, 512]"), reason);
            assertEquals(1, reason.lines().count());
        }
    }

    @Test
    void sidesThatTheGridsDontFitAreRefused() {
        List<Shape> outputs = all(Kind.SCRFD, 0).shapes;

        assertThrows(IllegalArgumentException.class, () -> FindDecoder.of(spec(Kind.SCRFD, 40, 0.5), outputs));
        assertThrows(IllegalArgumentException.class, () -> FindDecoder.of(spec(Kind.SCRFD, 64, 0.5), outputs));
        assertThrows(IllegalArgumentException.class, () -> FindDecoder.of(spec(Kind.BLAZEFACE, 128, 64, 0.5), outputs));
    }

    /** Returns outputs of a kind at 32 x 32 with one value everywhere. */
    private static Outputs all(Kind kind, float value) {
        return new Outputs(
                1,
                value,
                switch (kind) {
                    case BLAZEFACE -> new Shape[] {shape("a", 896, 1), shape("b", 896, 16)};
                    case BOXES -> new Shape[] {shape("boxes", 7, 4), shape("scores", 7, 1)};
                    case YUNET -> grids(new int[] {16, 4, 1}, 1, 1, 4, 10);
                    case SCRFD -> grids(new int[] {32, 8, 2}, 1, 4, 10);
                });
    }

    private static Shape[] grids(int[] rows, int... columns) {
        return Arrays.stream(columns)
                .boxed()
                .flatMap(count -> IntStream.of(rows).mapToObj(each -> shape("x", each, count)))
                .toArray(Shape[]::new);
    }

    private static Shape shape(String name, int rows, int columns) {
        return new Shape(name, -1, rows, columns);
    }

    private static void assertBox(Region region, float x, float y, float width, float height, float score) {
        assertEquals(x, region.x(), CLOSE);
        assertEquals(y, region.y(), CLOSE);
        assertEquals(width, region.width(), CLOSE);
        assertEquals(height, region.height(), CLOSE);
        assertEquals(score, region.score(), CLOSE);
    }

    private static LocatorSpec spec(Kind kind, int side, double leastScore) {
        return spec(kind, side, side, leastScore);
    }

    private static LocatorSpec spec(Kind kind, int width, int height, double leastScore) {
        return new LocatorSpec(kind, width, height, Fit.LETTERBOX, leastScore, List.of());
    }
}
