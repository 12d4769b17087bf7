package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private final Picture picture = square(60, 20);

    @Test
    void theFirstViewIsThePictureItself() {
        assertSame(picture, Views.of(picture, 0, PictureWarp.ON_PAPER));
    }

    @Test
    void allViewsDiffer() {
        Set<String> seen = new HashSet<>();
        for (int view = 0; view < Views.MOST; view++) {
            seen.add(Arrays.toString(
                    Views.of(picture, view, PictureWarp.ON_PAPER).samples()));
        }

        assertEquals(Views.MOST, seen.size());
    }

    @Test
    void aViewIsTheSameEachTime() {
        assertArrayEquals(
                Views.of(picture, 3, PictureWarp.ON_PAPER).samples(),
                Views.of(picture, 3, PictureWarp.ON_PAPER).samples());
    }

    @Test
    void aViewKeepsSizeAndMostOfTheInk() {
        Picture oblong = new Picture(30, 50, 3, new byte[30 * 50 * 3]);
        for (int view = 1; view < Views.MOST; view++) {
            Picture small = Views.of(picture, view, PictureWarp.ON_PAPER);
            Picture wide = Views.of(oblong, view, PictureWarp.ON_PAPER);

            assertEquals(30, wide.width());
            assertEquals(50, wide.height());
            assertEquals(3, wide.channels());
            assertTrue(common(picture, small) > 0.75, "view %d keeps %s".formatted(view, common(picture, small)));
        }
    }

    /** Draws a white picture with a black square in its middle. */
    private static Picture square(int size, int ink) {
        byte[] samples = new byte[size * size];
        Arrays.fill(samples, (byte) 255);
        for (int y = (size - ink) / 2; y < (size + ink) / 2; y++) {
            Arrays.fill(samples, y * size + (size - ink) / 2, y * size + (size + ink) / 2, (byte) 0);
        }
        return new Picture(size, size, 1, samples);
    }

    /** Returns the share of the first picture's ink that is ink in the second. */
    private static double common(Picture first, Picture second) {
        int ink = 0;
        int both = 0;
        for (int i = 0; i < first.samples().length; i++) {
            if (first.samples()[i] == 0) {
                ink++;
                both += second.samples()[i] >= 0 ? 1 : 0;
            }
        }
        return (double) both / ink;
    }
}
