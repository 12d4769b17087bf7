package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.image.Picture;
import org.junit.jupiter.api.Test;

class PictureWarpTest {
    private final Picture picture = new Picture(3, 2, 1, new byte[] {0, 10, 20, 30, 40, 50});

    @Test
    void theIdentityChangesNothing() {
        Picture same = PictureWarp.ON_PAPER.warp(picture, Affine.IDENTITY, false);

        assertArrayEquals(picture.samples(), same.samples());
    }

    @Test
    void aQuarterTurnMovesWholePixels() {
        Picture turned = PictureWarp.ON_PAPER.warp(picture, Affine.IDENTITY.thenTurn(1), true);

        assertEquals(2, turned.width());
        assertArrayEquals(new byte[] {20, 50, 10, 40, 0, 30}, turned.samples());
    }

    @Test
    void fourQuarterTurnsAreNone() {
        Picture turned = PictureWarp.ON_PAPER.warp(picture, Affine.IDENTITY.thenTurn(4), false);

        assertArrayEquals(picture.samples(), turned.samples());
    }

    @Test
    void whatComesFromOutsideIsWhite() {
        Picture moved = PictureWarp.ON_PAPER.warp(picture, new Affine(1, 0, 0, 1, 1, 0), false);

        assertArrayEquals(new byte[] {10, 20, (byte) 255, 40, 50, (byte) 255}, moved.samples());
    }

    @Test
    void betweenPixelsTheirMeanIsTaken() {
        Picture moved = PictureWarp.ON_PAPER.warp(picture, new Affine(1, 0, 0, 1, 0.5, 0), false);

        assertEquals(5, moved.samples()[0]);
        assertEquals(15, moved.samples()[1]);
    }
}
