package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.verifier.locate.Region.Point;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseUpTest {
    private static final int SIDE = 30;
    private static final LocatorView VIEW =
            new LocatorView(new LocatorSpec(LocatorSpec.Kind.BOXES, SIDE, SIDE, Fit.LETTERBOX, 0.5, List.of()));

    /** The square has 30 x 30 pixels, as many as the input, so that samples are the picture's own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theSquareHasSoManyTimesTheLongerSideAndTheFindInItsMiddle(int channels) {
        Picture picture = picture(100, 60, channels);

        Picture seen = VIEW.closeUp(picture, region(40, 25, 10, 6), 3).picture();

        assertEquals(SIDE, seen.width());
        assertEquals(SIDE, seen.height());
        for (int place : new int[] {0, 7 * SIDE + 11, SIDE * SIDE - 1}) {
            int source = (13 + place / SIDE) * 100 + 30 + place % SIDE;
            for (int channel = 0; channel < channels; channel++) {
                assertEquals(
                        picture.samples()[source * channels + channel], seen.samples()[place * channels + channel]);
            }
        }
    }

    @Test
    void whatLiesBeyondThePictureIsBlackAndAFindThatFillsThePictureIsAsSmallAsAnyOther() {
        byte[] white = new byte[90 * 90];
        Arrays.fill(white, (byte) 255);

        Picture seen = VIEW.closeUp(new Picture(90, 90, 1, white), region(0, 0, 90, 90), 3)
                .picture();

        // The picture lies from 10 to 20; samples on its edges are mixed.
        for (int at = 0; at < SIDE; at++) {
            if (at < 9 || at > 20) {
                assertEquals(0, seen.samples()[15 * SIDE + at], "at " + at);
                assertEquals(0, seen.samples()[at * SIDE + 15], "at " + at);
            } else if (at > 10 && at < 19) {
                assertEquals(255, seen.samples()[15 * SIDE + at] & 255, "at " + at);
                assertEquals(255, seen.samples()[at * SIDE + 15] & 255, "at " + at);
            }
        }
    }

    @Test
    void theFindThatMovedLeastIsTheSameOneInPixelsOfThePicture() {
        CloseUp closeUp = VIEW.closeUp(picture(100, 60, 1), region(30, 20, 20, 20), 3);
        Region far = region(13, 10, 10, 10);
        Region near = new Region(11, 9, 8, 8, 0.9f, List.of(new Point(12, 13)));

        assertEquals(new Region(32, 18, 16, 16, 0.9f, List.of(new Point(34, 26))), closeUp.same(List.of(far, near)));
    }

    @Test
    void whatLiesElsewhereInTheCloseUpIsAnotherFind() {
        CloseUp closeUp = VIEW.closeUp(picture(100, 60, 1), region(40, 25, 10, 10), 3);

        assertNull(closeUp.same(List.of(region(16, 10, 10, 10), region(0, 0, 10, 10))));
        assertNull(closeUp.same(List.of()));
    }

    private static Region region(float x, float y, float width, float height) {
        return new Region(x, y, width, height, 0.5f, List.of());
    }

    private static Picture picture(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 31);
        }
        return new Picture(width, height, channels, samples);
    }
}
