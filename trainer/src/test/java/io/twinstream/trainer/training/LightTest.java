package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LightTest {
    private static final Picture NOISE = noise(24, 20, 3);

    @Test
    void noLightChangesNothingAndTakesNoNumber() {
        SplittableRandom random = new SplittableRandom(1);

        assertSame(NOISE, Light.NONE.change(NOISE, random));
        assertEquals(new SplittableRandom(1).nextLong(), random.nextLong());
    }

    @Test
    void theSameSeedGivesTheSameLight() {
        byte[] once = Light.PHOTOGRAPHS.change(NOISE, new SplittableRandom(4)).samples();

        assertArrayEquals(
                once, Light.PHOTOGRAPHS.change(NOISE, new SplittableRandom(4)).samples());
        assertNotEquals(
                Arrays.hashCode(once),
                Arrays.hashCode(
                        Light.PHOTOGRAPHS.change(NOISE, new SplittableRandom(5)).samples()));
    }

    @Test
    void whatIsTooBrightOrTooDarkStaysAtTheEndOfTheRange() {
        Picture ends = new Picture(2, 1, 3, new byte[] {0, 0, 0, -1, -1, -1});
        Light strong = new Light(0.9, 0.9, 0.9, Math.PI);
        SplittableRandom random = new SplittableRandom(1);
        Set<Integer> seen = new HashSet<>();

        for (int i = 0; i < 200; i++) {
            byte[] samples = strong.change(ends, random).samples();
            int dark = samples[0] & 255;
            int light = samples[3] & 255;
            assertTrue(dark <= light, "black %d, white %d".formatted(dark, light));
            seen.add(dark);
            seen.add(light);
        }

        assertTrue(seen.contains(0) && seen.contains(255), seen.toString());
    }

    @Test
    void brightnessMultipliesEverySampleAlike() {
        Picture gray = new Picture(3, 1, 1, new byte[] {10, 50, 100});
        SplittableRandom random = new SplittableRandom(2);
        boolean changed = false;

        for (int i = 0; i < 50; i++) {
            byte[] samples = new Light(0.5, 0, 0, 0).change(gray, random).samples();
            double factor = (samples[2] & 255) / 100.0;
            assertTrue(factor >= 0.5 && factor <= 1.5, "factor " + factor);
            assertEquals(50 * factor, samples[1], 1);
            assertEquals(10 * factor, samples[0], 1);
            changed |= samples[2] != 100;
        }

        assertTrue(changed);
    }

    @Test
    void contrastKeepsTheMean() {
        Picture gray = new Picture(4, 1, 1, new byte[] {40, 60, 80, 100});
        SplittableRandom random = new SplittableRandom(2);

        for (int i = 0; i < 50; i++) {
            byte[] samples = new Light(0, 0.5, 0, 0).change(gray, random).samples();
            assertEquals(70, (samples[0] + samples[1] + samples[2] + samples[3]) / 4.0, 1);
            assertTrue(samples[3] - samples[0] >= 29 && samples[3] - samples[0] <= 91, Arrays.toString(samples));
        }
    }

    @Test
    void coloursTurnAroundGrayWhichStays() {
        Picture pair = new Picture(2, 1, 3, new byte[] {100, 100, 100, 110, 30, 30});
        SplittableRandom random = new SplittableRandom(3);
        boolean turned = false;

        for (int i = 0; i < 50; i++) {
            byte[] samples = new Light(0, 0, 0.4, 0.6).change(pair, random).samples();
            assertArrayEquals(new byte[] {100, 100, 100}, Arrays.copyOf(samples, 3));
            turned |= Math.abs(samples[4] - samples[5]) > 10;
        }

        assertTrue(turned, "green and blue of a red stay alike");
    }

    @Test
    void wordsOutsideTheRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Light(1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Light(0, -0.1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Light(0, 0, 0, 4));
    }

    static Picture noise(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) random.nextInt(256);
        }
        return new Picture(width, height, channels, samples);
    }
}
