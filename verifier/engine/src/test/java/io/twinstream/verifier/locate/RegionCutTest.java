package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.verifier.locate.Region.Point;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegionCutTest {
    private static final int FILL = 9;

    @Test
    void anAlignedPictureHasTheSamplesThatOpenCvDraws() {
        double along = 1.3 * Math.cos(0.4);
        double across = 1.3 * Math.sin(0.4);
        Similarity laying = new Similarity(along, across, -0.7, -1.6);

        Picture drawn = new AlignedPicture(input(5, 1, Fit.ALIGN, Resampling.BILINEAR)).draw(picture(8, 6, 1), laying);

        // These are of cv2.warpAffine 5.0, with INTER_LINEAR and a border of 9.
        assertSamples(
                new int[] {
                    132, 133, 128, 117, 105, 178, 145, 221, 150, 104, 135, 75, 147, 124, 77, 154, 182, 160, 161, 200,
                    79, 178, 144, 103, 185
                },
                drawn,
                1);
    }

    @Test
    void keyPointsLieOnTheirPlacesAndTheirColoursWithThem() {
        // Points 1 and 0 of the region lie at 10, 4 and 10, 10: a quarter turn and a scale of one half.
        LocatorSpec locator = locator(new TemplatePoint(1, 1, 2), new TemplatePoint(0, 4, 2));
        byte[] samples = new byte[20 * 20 * 3];
        dot(samples, 10, 10, 200);
        dot(samples, 10, 4, 100);
        Region region = new Region(0, 0, 20, 20, 1, List.of(new Point(10, 10), new Point(10, 4)));

        Picture cut = new RegionCut(input(6, 3, Fit.ALIGN, Resampling.BILINEAR), locator)
                .of(new Picture(20, 20, 3, samples), region);

        assertNotNull(cut);
        assertEquals(200, sample(cut, 4, 2, 1));
        assertEquals(100, sample(cut, 1, 2, 1));
        assertEquals(0, sample(cut, 1, 4, 1));
    }

    @Test
    void whatShrinksMuchIsAveragedWhereTheModelTakesAverages() {
        // A chequered sheet of 120 x 120 has a mean of 100 wherever it is shrunk to a twentieth.
        byte[] samples = new byte[120 * 120];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) ((i / 120 + i % 120) % 2 == 0 ? 200 : 0);
        }
        Picture sheet = new Picture(120, 120, 1, samples);
        Similarity laying = new Similarity(0.05, 0, -0.5, -0.5);

        Picture averaged = new AlignedPicture(input(6, 1, Fit.ALIGN, Resampling.AREA)).draw(sheet, laying);
        Picture sampled = new AlignedPicture(input(6, 1, Fit.ALIGN, Resampling.BILINEAR)).draw(sheet, laying);

        // At the edges what lies outside is averaged in.
        for (int i = 0; i < 4 * 4; i++) {
            assertEquals(100, sample(averaged, 1 + i % 4, 1 + i / 4, 0), 2);
            assertTrue(Math.abs(sample(sampled, 1 + i % 4, 1 + i / 4, 0) - 100) > 50);
        }
    }

    @Test
    void anAveragedPictureKeepsItsGradientInItsPlace() {
        byte[] samples = new byte[200 * 200];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i % 200);
        }
        // Shrinking by 3.5 takes column x of the input to 3.5 * x + 20 of the picture, whose sample is that number.
        Similarity laying = new Similarity(1 / 3.5, 0, -20 / 3.5, -20 / 3.5);

        Picture drawn = new AlignedPicture(input(6, 1, Fit.ALIGN, Resampling.AREA))
                .draw(new Picture(200, 200, 1, samples), laying);

        for (int x = 0; x < 6; x++) {
            assertEquals(3.5 * x + 20, sample(drawn, x, 3, 0), 1);
        }
    }

    @Test
    void aBoxIsCutOutAsByHandAndEndsWhereThePictureDoes() {
        Picture picture = picture(20, 10, 3);
        RegionCut cut = new RegionCut(input(6, 3, Fit.STRETCH, Resampling.AREA), null);

        Picture inside = cut.of(picture, new Region(3.4f, 1.6f, 5, 4, 1, List.of()));
        Picture over = cut.of(picture, new Region(-5, 7, 8, 100, 1, List.of()));

        assertNotNull(inside);
        assertNotNull(over);
        assertEquals(5, inside.width());
        assertEquals(4, inside.height());
        for (int i = 0; i < 5 * 4; i++) {
            assertEquals(sample(picture, 3 + i % 5, 2 + i / 5, 2), sample(inside, i % 5, i / 5, 2));
        }
        assertEquals(3, over.width());
        assertEquals(3, over.height());
        assertNull(cut.of(picture, new Region(20, 0, 5, 5, 1, List.of())));
        assertNull(cut.of(picture, new Region(5, -9, 5, 5, 1, List.of())));
    }

    @Test
    void keyPointsThatCoincideShowNothing() {
        RegionCut cut = new RegionCut(
                input(6, 3, Fit.ALIGN, Resampling.AREA),
                locator(new TemplatePoint(0, 1, 2), new TemplatePoint(1, 4, 2)));
        List<Point> same = List.of(new Point(3, 3), new Point(3, 3));

        assertNull(cut.of(picture(20, 10, 3), new Region(0, 0, 5, 5, 1, same)));
    }

    @Test
    void aPackageWithoutATemplateTakesTheBoxWhateverPointsThereAre() {
        Picture picture = picture(20, 10, 1);
        Region region = new Region(2, 2, 4, 4, 1, List.of(new Point(3, 3), new Point(5, 5)));

        Picture cut = new RegionCut(input(6, 1, Fit.STRETCH, Resampling.AREA), null).of(picture, region);

        assertNotNull(cut);
        assertEquals(4, cut.width());
    }

    @Test
    void whatIsWrongWithASendersRegionIsSaidInOneLineWithTheMend() {
        List<io.twinstream.schemas.record.Point> none = List.of();
        float nan = Float.NaN;
        assertFault("must be finite numbers of pixels, were x NaN, y 1.0", given(nan, 1, 5, 5, 1, none));
        assertFault("must be finite numbers", given(0, 1, Float.POSITIVE_INFINITY, 5, 1, none));
        assertFault("must be positive, were 0.0 x 5.0: send its upper left corner", given(0, 1, 0, 5, 1, none));
        assertFault("must be positive, were 5.0 x -5.0", given(0, 1, 5, -5, 1, none));
        assertFault("send pixels, not shares of the picture's sides", given(0.2f, 0.1f, 0.5f, 0.5f, 1, none));
        assertFault("score must be 0 to 1, was 99.5: send 1", given(0, 1, 5, 5, 99.5f, none));
        assertFault("score must be 0 to 1, was NaN", given(0, 1, 5, 5, nan, none));
        assertFault(
                "lies beside the picture, at x 20.0, y 1.0, width 5.0, height 5.0, and the picture is 20 x 10 pixels when upright: count its pixels from the picture's upper left corner",
                given(20, 1, 5, 5, 1, none));
        assertFault("lies beside the picture, at x -5.0", given(-5, 1, 5, 5, 1, none));
        assertFault("after the picture is turned by its EXIF orientation", given(3, 12, 5, 5, 1, none));
        assertFault("at most 1000 points, had 1001", given(0, 1, 5, 5, 1, Collections.nCopies(1001, point(1, 1))));
        assertFault(
                "points must be finite numbers of pixels, one was NaN, 1.0",
                given(0, 1, 5, 5, 1, List.of(point(1, 1), point(nan, 1))));
        assertFault("points coincide", given(0, 1, 5, 5, 1, List.of(point(1, 1), point(1, 1))));
        assertFault(
                "none of the region's points lies near its box",
                given(12, 1, 3, 3, 1, List.of(point(1, 1), point(2, 1))));
        assertFault("points coincide", given(0, 1, 5, 5, 1, List.of(point(1, 1), point(1, 1), point(3, 3))), 0, 1);
    }

    @Test
    void eachPointThatIsLaidOutMustBeWhereItCanBe() {
        assertFault(
                "the region's point at 9.0E37, 3.0 lies far from its box, at x 0.0, y 1.0, width 5.0, height 5.0",
                given(0, 1, 5, 5, 1, List.of(point(1, 1), point(9e37f, 3), point(3, 3))),
                0,
                1);
        assertFault("points coincide", given(0, 1, 5, 5, 1, List.of(point(1, 1), point(4, 1), point(1, 1))), 0, 1, 2);
    }

    @Test
    void aRegionThatReachesOverTheEdgesOrHasPointsThatNobodyAsksForIsTaken() {
        RegionCut whole = new RegionCut(input(6, 3, Fit.STRETCH, Resampling.AREA), null);
        RegionCut aligned = aligned(0, 1);
        for (io.twinstream.schemas.record.Region taken : List.of(
                given(-5, -5, 100, 100, 0, List.of()),
                given(19.4f, 9.4f, 30, 30, 1, List.of()),
                given(0, 0, 5, 5, 1, List.of(point(4, 4))),
                given(0, 0, 5, 5, 1, List.of(point(1, 1), point(4, 4), point(-900, 4))))) {
            assertNull(whole.fault(picture(20, 10, 3), taken));
            assertNull(aligned.fault(picture(20, 10, 3), taken));
            assertNotNull(whole.of(picture(20, 10, 3), Region.of(taken)));
        }
    }

    private static void assertFault(String part, io.twinstream.schemas.record.Region given, int... template) {
        RegionCut cut = template.length == 0
                ? new RegionCut(input(6, 3, Fit.STRETCH, Resampling.AREA), null)
                : aligned(template);

        String fault = cut.fault(picture(20, 10, 3), given);

        assertTrue(fault != null && fault.contains(part), fault);
        assertEquals(1, fault.lines().count());
    }

    /** Lays these points onto a line. */
    private static RegionCut aligned(int... points) {
        TemplatePoint[] template = new TemplatePoint[points.length];
        for (int i = 0; i < points.length; i++) {
            template[i] = new TemplatePoint(points[i], 1 + 3 * i, 2);
        }
        return new RegionCut(input(6, 3, Fit.ALIGN, Resampling.AREA), locator(template));
    }

    private static io.twinstream.schemas.record.Region given(
            float x, float y, float width, float height, float score, List<io.twinstream.schemas.record.Point> points) {
        return new io.twinstream.schemas.record.Region(x, y, width, height, score, points);
    }

    private static io.twinstream.schemas.record.Point point(float x, float y) {
        return new io.twinstream.schemas.record.Point(x, y);
    }

    private static Picture picture(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < samples.length; i++) {
            int x = i / channels % width;
            int y = i / channels / width;
            samples[i] = (byte) (37 * x + 91 * y + 13 * x * y + i % channels);
        }
        return new Picture(width, height, channels, samples);
    }

    private static void dot(byte[] samples, int x, int y, int value) {
        for (int channel = 0; channel < 3; channel++) {
            samples[(y * 20 + x) * 3 + channel] = (byte) value;
        }
    }

    private static int sample(Picture picture, int x, int y, int channel) {
        return picture.samples()[(y * picture.width() + x) * picture.channels() + channel] & 0xff;
    }

    private static void assertSamples(int[] expected, Picture actual, int tolerance) {
        int[] samples = IntStream.range(0, actual.samples().length)
                .map(i -> actual.samples()[i] & 0xff)
                .toArray();
        int[] near = IntStream.range(0, expected.length)
                .map(i -> Math.abs(expected[i] - samples[i]) <= tolerance ? samples[i] : expected[i])
                .toArray();
        assertArrayEquals(near, samples);
    }

    private static LocatorSpec locator(TemplatePoint... template) {
        return new LocatorSpec(LocatorSpec.Kind.BOXES, 32, 32, Fit.STRETCH, 0.5, List.of(template));
    }

    private static InputSpec input(int side, int channels, Fit fit, Resampling resampling) {
        ColourOrder order = channels == 1 ? ColourOrder.GRAY : ColourOrder.RGB;
        List<Double> zeros = channels == 1 ? List.of(0.0) : List.of(0.0, 0.0, 0.0);
        List<Double> ones = channels == 1 ? List.of(1.0) : List.of(1.0, 1.0, 1.0);
        return new InputSpec(
                side,
                side,
                channels,
                false,
                new Preparation(fit, FILL, resampling, order, zeros, ones, Normalisation.NONE));
    }
}
