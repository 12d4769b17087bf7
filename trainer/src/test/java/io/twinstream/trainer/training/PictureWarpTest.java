package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.decode.Picture;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PictureWarpTest {
    private final Picture picture = new Picture(3, 2, 1, new byte[] {0, 10, 20, 30, 40, 50});

    @Test
    void theIdentityChangesNothing() {
        Picture same = PictureWarp.warp(picture, Affine.IDENTITY, false);

        assertArrayEquals(picture.samples(), same.samples());
    }

    @Test
    void aQuarterTurnMovesWholePixels() {
        Picture turned = PictureWarp.warp(picture, Affine.IDENTITY.thenTurn(1), true);

        assertEquals(2, turned.width());
        assertArrayEquals(new byte[] {20, 50, 10, 40, 0, 30}, turned.samples());
    }

    @Test
    void fourQuarterTurnsAreNone() {
        Picture turned = PictureWarp.warp(picture, Affine.IDENTITY.thenTurn(4), false);

        assertArrayEquals(picture.samples(), turned.samples());
    }

    @Test
    void whatComesFromOutsideIsWhite() {
        Picture moved = PictureWarp.warp(picture, new Affine(1, 0, 0, 1, 1, 0), false);

        assertArrayEquals(new byte[] {10, 20, (byte) 255, 40, 50, (byte) 255}, moved.samples());
    }

    @Test
    void betweenPixelsTheirMeanIsTaken() {
        Picture moved = PictureWarp.warp(picture, new Affine(1, 0, 0, 1, 0.5, 0), false);

        assertEquals(5, moved.samples()[0]);
        assertEquals(15, moved.samples()[1]);
    }

    @Test
    void handwritingIsBentButStaysOnTheSheet() {
        byte[] dot = new byte[105 * 105];
        Arrays.fill(dot, (byte) 255);
        for (int y = 42; y < 63; y++) {
            Arrays.fill(dot, y * 105 + 42, y * 105 + 63, (byte) 0);
        }
        Picture sheet = new Picture(105, 105, 1, dot);
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 50; i++) {
            Picture bent = PictureWarp.warp(sheet, Distortion.HANDWRITING.draw(random, 105, 105), false);
            long ink = 0;
            for (byte sample : bent.samples()) {
                ink += 255 - (sample & 255);
            }
            assertTrue(ink > 200 * 255 && ink < 800 * 255, "ink of a 21 x 21 dot: " + ink / 255);
            assertNotEquals(Arrays.hashCode(dot), Arrays.hashCode(bent.samples()));
        }
    }
}
