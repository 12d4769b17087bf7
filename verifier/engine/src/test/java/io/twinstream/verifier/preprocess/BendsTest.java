package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BendsTest {
    private static final int SIZE = 105;
    private static final double LIMIT = 0.08;

    @Test
    void noPlaceIsMovedFartherThanTheLimit() {
        for (int seed = 0; seed < 20; seed++) {
            Bends bends = Bends.draw(new SplittableRandom(seed), LIMIT);
            for (int row = 0; row < SIZE; row++) {
                Bends.Row moved = bends.row(row, SIZE);
                for (int column = 0; column < SIZE; column++) {
                    assertTrue(Math.abs(moved.across(column, SIZE)) <= LIMIT);
                    assertTrue(Math.abs(moved.down(column, SIZE)) <= LIMIT);
                }
            }
        }
    }

    @Test
    void neighboursAreMovedAlike() {
        Bends bends = Bends.draw(new SplittableRandom(1), LIMIT);
        for (int row = 1; row < SIZE; row++) {
            for (int column = 1; column < SIZE; column++) {
                double here = bends.row(row, SIZE).down(column, SIZE);
                assertEquals(here, bends.row(row, SIZE).down(column - 1, SIZE), LIMIT / 10);
                assertEquals(here, bends.row(row - 1, SIZE).down(column, SIZE), LIMIT / 10);
            }
        }
    }

    @Test
    void strokesAreBentAndNotOnlyMoved() {
        Picture line = line();

        Picture bent =
                PictureWarp.ON_PAPER.warp(line, Affine.IDENTITY, Bends.draw(new SplittableRandom(2), LIMIT), false);

        assertFalse(rowOfInk(bent, 10) == rowOfInk(bent, 52) && rowOfInk(bent, 52) == rowOfInk(bent, 94));
        assertEquals(52, rowOfInk(bent, 52), LIMIT * SIZE + 1);
    }

    @Test
    void withoutBendsThePictureIsTheSame() {
        Picture line = line();

        assertArrayEquals(
                line.samples(),
                PictureWarp.ON_PAPER
                        .warp(line, Affine.IDENTITY, Bends.NONE, false)
                        .samples());
    }

    /** Draws a line across the middle. */
    private static Picture line() {
        byte[] samples = new byte[SIZE * SIZE];
        Arrays.fill(samples, (byte) 255);
        Arrays.fill(samples, 51 * SIZE, 54 * SIZE, (byte) 0);
        return new Picture(SIZE, SIZE, 1, samples);
    }

    /** Returns the row of a column's darkest pixel. */
    private static int rowOfInk(Picture picture, int column) {
        int darkest = 0;
        for (int row = 1; row < SIZE; row++) {
            if ((picture.samples()[row * SIZE + column] & 255) < (picture.samples()[darkest * SIZE + column] & 255)) {
                darkest = row;
            }
        }
        return darkest;
    }
}
