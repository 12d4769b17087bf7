package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.verifier.preprocess.Bends;
import io.twinstream.verifier.preprocess.PictureWarp;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DistortionTest {
    @Test
    void onlyWhatIsToBeBentIsBent() {
        SplittableRandom random = new SplittableRandom(1);

        assertSame(Bends.NONE, Distortion.HANDWRITING.bends(random));
        assertNotEquals(Bends.NONE, Distortion.HANDWRITING.bent(0.05).bends(random));
        assertEquals(Distortion.HANDWRITING, Distortion.HANDWRITING.bent(0.05).bent(0));
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
            Picture bent = PictureWarp.ON_PAPER.warp(sheet, Distortion.HANDWRITING.draw(random, 105, 105), false);
            long ink = 0;
            for (byte sample : bent.samples()) {
                ink += 255 - (sample & 255);
            }
            assertTrue(ink > 200 * 255 && ink < 800 * 255, "ink of a 21 x 21 dot: " + ink / 255);
            assertNotEquals(Arrays.hashCode(dot), Arrays.hashCode(bent.samples()));
        }
    }
}
