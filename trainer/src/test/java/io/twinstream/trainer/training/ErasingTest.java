package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.training.Erasing.Rectangle;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErasingTest {
    private static final Picture NOISE = LightTest.noise(40, 30, 3);

    @Test
    void exactlyTheRectangleIsPaintedOver() {
        byte[] colour = {1, 2, 3};

        Picture painted = Erasing.painted(NOISE, new Rectangle(5, 7, 9, 4), colour);

        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                boolean inside = x >= 5 && x < 14 && y >= 7 && y < 11;
                for (int channel = 0; channel < 3; channel++) {
                    int at = (y * 40 + x) * 3 + channel;
                    assertEquals(inside ? colour[channel] : NOISE.samples()[at], painted.samples()[at]);
                }
            }
        }
    }

    @Test
    void nothingIsErasedWithoutAChanceAndNoNumberIsTaken() {
        SplittableRandom random = new SplittableRandom(1);

        assertSame(NOISE, Erasing.NONE.erase(NOISE, random));
        assertEquals(new SplittableRandom(1).nextLong(), random.nextLong());
    }

    @Test
    void areaAndChanceAreThoseThatAreSaid() {
        Erasing erasing = new Erasing(0.5, 0.1, 0.3, 2);
        SplittableRandom random = new SplittableRandom(1);
        int erased = 0;

        for (int i = 0; i < 1_000; i++) {
            Picture picture = erasing.erase(NOISE, random);
            if (picture != NOISE) {
                erased++;
                int changed = changedPixels(picture);
                // A painted pixel seldom has its own colour.
                assertTrue(changed > 0.08 * 1_200 && changed < 0.33 * 1_200, "changed " + changed);
            }
        }

        assertTrue(erased > 430 && erased < 570, "erased " + erased);
    }

    @Test
    void theSameSeedErasesTheSame() {
        Erasing always = new Erasing(1, 0.1, 0.3, 2);

        assertArrayEquals(
                always.erase(NOISE, new SplittableRandom(3)).samples(),
                always.erase(NOISE, new SplittableRandom(3)).samples());
    }

    @Test
    void theSmallestPictureIsErasedToo() {
        Picture dot = new Picture(1, 1, 1, new byte[] {5});

        Picture erased = new Erasing(1, 0.02, 0.2, 3).erase(dot, new SplittableRandom(1));

        assertEquals(1, erased.samples().length);
    }

    @Test
    void areasOutOfOrderAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Erasing(0.5, 0.4, 0.2, 2));
        assertThrows(IllegalArgumentException.class, () -> new Erasing(1.5, 0.1, 0.2, 2));
        assertThrows(IllegalArgumentException.class, () -> new Erasing(0.5, 0.1, 0.2, 0.5));
    }

    private static int changedPixels(Picture picture) {
        int changed = 0;
        for (int i = 0; i < picture.samples().length; i += 3) {
            boolean same = true;
            for (int channel = 0; channel < 3; channel++) {
                same &= picture.samples()[i + channel] == NOISE.samples()[i + channel];
            }
            changed += same ? 0 : 1;
        }
        return changed;
    }
}
