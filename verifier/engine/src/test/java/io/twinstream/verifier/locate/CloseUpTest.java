package io.twinstream.verifier.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.locate.Region.Point;
import io.twinstream.verifier.locate.RegionCut.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseUpTest {
    private static final Picture PICTURE = picture(100, 60);

    @Test
    void theSquareHasSoManyTimesTheLongerSideAndTheFindInItsMiddle() {
        CloseUp closeUp = CloseUp.of(PICTURE, region(40, 25, 10, 5), 3);

        assertEquals(new Box(30, 13, 30, 30), closeUp.box());
        assertFalse(closeUp.isWhole());
        assertEquals(
                picture(100, 60).samples()[13 * 100 + 30], closeUp.picture().samples()[0]);
    }

    @Test
    void theSquareEndsWhereThePictureEnds() {
        assertEquals(
                new Box(0, 0, 13, 13),
                CloseUp.of(PICTURE, region(-2, -2, 10, 10), 2).box());
        assertEquals(
                new Box(87, 47, 13, 13),
                CloseUp.of(PICTURE, region(92, 52, 10, 10), 2).box());
    }

    @Test
    void aCloseUpOfAFindThatFillsThePictureIsThePicture() {
        assertTrue(CloseUp.of(PICTURE, region(20, 5, 50, 50), 3).isWhole());
        assertTrue(CloseUp.of(PICTURE, region(-5e5f, -5e5f, 1e6f, 1e6f), 10).isWhole());
    }

    @Test
    void theFindThatMovedLeastIsTheSameOneInPixelsOfThePicture() {
        CloseUp closeUp = CloseUp.of(PICTURE, region(40, 25, 10, 10), 3);
        Region far = region(13, 10, 10, 10);
        Region near = new Region(11, 9, 8, 8, 0.9f, List.of(new Point(12, 13)));

        assertEquals(new Region(41, 24, 8, 8, 0.9f, List.of(new Point(42, 28))), closeUp.same(List.of(far, near)));
    }

    @Test
    void whatLiesElsewhereInTheCloseUpIsAnotherFind() {
        CloseUp closeUp = CloseUp.of(PICTURE, region(40, 25, 10, 10), 3);

        assertNull(closeUp.same(List.of(region(16, 10, 10, 10), region(0, 0, 10, 10))));
        assertNull(closeUp.same(List.of()));
    }

    private static Region region(float x, float y, float width, float height) {
        return new Region(x, y, width, height, 0.5f, List.of());
    }

    private static Picture picture(int width, int height) {
        byte[] samples = new byte[width * height];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 31);
        }
        return new Picture(width, height, 1, samples);
    }
}
