package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneShrinkTest {
    @ParameterizedTest
    @CsvSource({
        "105, 105, 48, 48",
        "105, 28, 56, 28",
        "8, 1, 8, 1",
        "9, 3, 2, 2",
        "63, 64, 48, 64",
        "96, 144, 48, 48",
        "257, 257, 48, 3",
        "257, 257, 257, 257"
    })
    void eachTargetIsTheMeanOfTheAreaThatItCovers(int width, int height, int targetWidth, int targetHeight) {
        byte[] samples = new byte[width * height];
        new Random(width).nextBytes(samples);

        requireMeans(samples, width, height, targetWidth, targetHeight);
    }

    @Test
    void theLanesHoldTheLargestSums() {
        byte[] white = new byte[257 * 257];
        Arrays.fill(white, (byte) 255);

        requireMeans(white, 257, 257, 1, 1);
        assertFalse(LaneShrink.takes(258, 257, 48, 48));
        assertFalse(LaneShrink.takes(257, 258, 48, 48));
    }

    @Test
    void whatGrowsOrIsTooNarrowIsLeftToOthers() {
        assertFalse(LaneShrink.takes(47, 105, 48, 48));
        assertFalse(LaneShrink.takes(105, 47, 48, 48));
        assertFalse(LaneShrink.takes(7, 7, 4, 4));
    }

    private static void requireMeans(byte[] samples, int width, int height, int targetWidth, int targetHeight) {
        float[] target = new float[targetWidth * targetHeight];

        new LaneShrink(width, height, targetWidth, targetHeight).write(samples, -2, 1, target);

        for (int y = 0; y < targetHeight; y++) {
            for (int x = 0; x < targetWidth; x++) {
                double mean = mean(
                        samples,
                        width,
                        (double) x * width / targetWidth,
                        (double) (x + 1) * width / targetWidth,
                        (double) y * height / targetHeight,
                        (double) (y + 1) * height / targetHeight);
                assertEquals(1 - 2 * mean, target[y * targetWidth + x], 1e-4, x + ", " + y);
            }
        }
    }

    private static double mean(byte[] samples, int width, double left, double right, double top, double bottom) {
        double sum = 0;
        for (int y = (int) top; y < bottom; y++) {
            for (int x = (int) left; x < right; x++) {
                double covered =
                        (Math.min(right, x + 1) - Math.max(left, x)) * (Math.min(bottom, y + 1) - Math.max(top, y));
                sum += covered * (samples[y * width + x] & 255);
            }
        }
        return sum / ((right - left) * (bottom - top));
    }
}
