package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.verifier.locate.Region.Point;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocatorViewTest {
    /** A bright patch is drawn, seen in the input, and its place there is taken back to where it was drawn. */
    @ParameterizedTest
    @CsvSource({
        "LETTERBOX, 120, 40, 3",
        "LETTERBOX, 40, 120, 3",
        "LETTERBOX, 40, 120, 1",
        "LETTERBOX, 16, 8, 3",
        "STRETCH, 120, 40, 3",
        "STRETCH, 40, 200, 1",
        "LETTERBOX, 97, 31, 3"
    })
    void whatIsSeenInTheInputLiesWhereItWasDrawn(Fit fit, int width, int height, int channels) {
        LocatorView view = new LocatorView(spec(fit));
        int side = Math.max(2, Math.min(width, height) / 4);
        int left = width / 2;
        int top = height / 4;
        Picture picture = patch(width, height, channels, left, top, side);
        float[] input = new float[3 * 32 * 32];

        view.write(picture, FloatBuffer.wrap(input));
        Region seen = weighed(input, 2 * 32 * 32);
        Region back = view.inPicture(List.of(seen), width, height).get(0);

        // The centre of what was averaged lies where the patch's centre does, to a pixel of the input.
        double pixel = Math.max(1, Math.max(width, height) / 32.0);
        assertEquals(left + side / 2.0, back.points().get(0).x(), pixel);
        assertEquals(top + side / 2.0, back.points().get(0).y(), pixel);
        assertEquals(1, max(input), 0.3);
    }

    @Test
    void aLetterboxOfTheKnownSizesIsTakenBackExactly() {
        // A picture of 64 x 16 is halved and lies from row 12 to row 20 of 32.
        Region region = new Region(4, 14, 8, 2, 0.5f, List.of(new Point(6, 15)));

        Region back = new LocatorView(spec(Fit.LETTERBOX))
                .inPicture(List.of(region), 64, 16)
                .get(0);

        assertEquals(new Region(8, 4, 16, 4, 0.5f, List.of(new Point(12, 6))), back);
    }

    @Test
    void whatLiesInTheMarginsOfALetterboxIsNothingOfThePicture() {
        Region margin = new Region(4, 2, 8, 8, 0.5f, List.of());

        assertTrue(new LocatorView(spec(Fit.LETTERBOX))
                .inPicture(List.of(margin), 64, 16)
                .isEmpty());
    }

    private static LocatorSpec spec(Fit fit) {
        return new LocatorSpec(LocatorSpec.Kind.BOXES, 32, 32, fit, 0.5, List.of());
    }

    private static Picture patch(int width, int height, int channels, int left, int top, int side) {
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < samples.length; i++) {
            int x = i / channels % width;
            int y = i / channels / width;
            boolean inside = x >= left && x < left + side && y >= top && y < top + side;
            samples[i] = (byte) (inside ? 255 : 0);
        }
        return new Picture(width, height, channels, samples);
    }

    /** Returns a region whose point is the centre of brightness of one channel. */
    private static Region weighed(float[] input, int from) {
        double x = 0;
        double y = 0;
        double all = 0;
        for (int i = 0; i < 32 * 32; i++) {
            x += input[from + i] * (i % 32 + 0.5);
            y += input[from + i] * (i / 32 + 0.5);
            all += input[from + i];
        }
        return new Region(0, 0, 32, 32, 1, List.of(new Point((float) (x / all), (float) (y / all))));
    }

    private static double max(float[] values) {
        double max = 0;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }
}
