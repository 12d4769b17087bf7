package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.training.Sampler.Drawing;
import io.twinstream.verifier.preprocess.Affine;
import io.twinstream.verifier.preprocess.PictureWarp;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EffectsTest {
    private static final Distortion STILL = new Distortion(0, 0, 0, 0, 0, 1, 0);
    private static final Drawing UPRIGHT = new Drawing(0, 0, false, 0);
    private static final Picture NOISE = LightTest.noise(16, 16, 3);

    @Test
    void halfOfThePicturesAreMirroredAndTheOthersStay() {
        Effects effects = Effects.ofDrawings(STILL, true);
        byte[] swapped = PictureWarp.EDGES_GO_ON
                .warp(NOISE, Affine.IDENTITY.thenMirror(), false)
                .samples();
        SplittableRandom random = new SplittableRandom(1);
        int mirrored = 0;

        for (int i = 0; i < 400; i++) {
            byte[] drawn = effects.draw(NOISE, UPRIGHT, PictureWarp.EDGES_GO_ON, random)
                    .samples();
            boolean isMirrored = Arrays.equals(swapped, drawn);
            assertTrue(isMirrored || Arrays.equals(NOISE.samples(), drawn), "neither mirrored nor the same");
            mirrored += isMirrored ? 1 : 0;
        }

        assertTrue(mirrored > 150 && mirrored < 250, "mirrored " + mirrored);
    }

    /** Models that were trained before must come of the same seed again. */
    @Test
    void drawingsTakeTheRandomNumbersThatTheirDistortionTakes() {
        SplittableRandom drawn = new SplittableRandom(5);
        SplittableRandom expected = new SplittableRandom(5);
        Affine map = Distortion.HANDWRITING.draw(expected, 16, 16);

        byte[] samples = Effects.ofDrawings(Distortion.HANDWRITING, false)
                .draw(NOISE, UPRIGHT, PictureWarp.ON_PAPER, drawn)
                .samples();

        assertArrayEquals(PictureWarp.ON_PAPER.warp(NOISE, map, false).samples(), samples);
        assertEquals(expected.nextLong(), drawn.nextLong());
    }

    @Test
    void aZoomEnlargesAndShrinksBothSidesAlike() {
        Distortion zoom = new Distortion(0, 0, 0, 0.25, 0, 1, 0);
        SplittableRandom random = new SplittableRandom(1);
        double least = 1;
        double most = 1;

        for (int i = 0; i < 500; i++) {
            Affine map = zoom.draw(random, 100, 100);
            assertEquals(map.xx(), map.yy());
            least = Math.min(least, map.xx());
            most = Math.max(most, map.xx());
        }

        assertTrue(least >= 0.8 && least < 0.81, "least " + least);
        assertTrue(most <= 1.25 && most > 1.24, "most " + most);
    }

    @Test
    void aPhotographIsDrawnAnewFromTheSameSeedAlone() {
        Effects effects = Effects.ofPhotographs(true);

        assertArrayEquals(
                effects.draw(NOISE, UPRIGHT, PictureWarp.EDGES_GO_ON, new SplittableRandom(2))
                        .samples(),
                effects.draw(NOISE, UPRIGHT, PictureWarp.EDGES_GO_ON, new SplittableRandom(2))
                        .samples());
    }
}
