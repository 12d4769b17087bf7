package io.twinstream.verifier.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
    @Test
    void aPictureOfTheModelsSizeKeepsItsSamples() {
        Picture picture = random(7, 5, 1);

        float[] input = write(new InputSpec(7, 5, 1, false), picture);

        for (int i = 0; i < input.length; i++) {
            assertEquals((picture.samples()[i] & 255) / 255f, input[i], 1e-6);
        }
    }

    @Test
    void inkBecomesOneWhereTheModelWantsIt() {
        Picture picture = new Picture(2, 1, 1, new byte[] {0, (byte) 255});

        assertArrayEquals(new float[] {1, 0}, write(new InputSpec(2, 1, 1, true), picture), 1e-6f);
        assertArrayEquals(new float[] {0, 1}, write(new InputSpec(2, 1, 1, false), picture), 1e-6f);
    }

    @Test
    void threeChannelsBecomePlanesInTheirOrder() {
        Picture picture = new Picture(2, 1, 3, new byte[] {0, 51, 102, (byte) 153, (byte) 204, (byte) 255});

        assertArrayEquals(
                new float[] {0, 0.6f, 0.2f, 0.8f, 0.4f, 1}, write(new InputSpec(2, 1, 3, false), picture), 1e-6f);
    }

    @ParameterizedTest
    @CsvSource({"false, 3", "true, 3", "false, 1"})
    void aPictureOfTheInputsSizeIsScaledAloneWhateverItsFit(boolean inkIsOne, int channels) {
        Picture picture = random(11, 9, channels);
        for (Fit fit : Fit.values()) {
            InputSpec plain = new InputSpec(11, 9, channels, inkIsOne);
            float[] input = write(inkIsOne ? plain : prepared(plain, fit), picture);

            for (int i = 0; i < input.length; i++) {
                int sample = picture.samples()[i % 99 * channels + i / 99] & 0xff;
                assertEquals(inkIsOne ? 1 + -1f / 255 * sample : 1f / 255 * sample, input[i]);
            }
        }
    }

    @Test
    void onlyAPictureOfTheInputsSizeAndChannelsHasIt() {
        Preprocessor preprocessor = new Preprocessor(new InputSpec(4, 3, 1, false));

        preprocessor.requireSize(random(4, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> preprocessor.requireSize(random(3, 4, 1)));
        assertThrows(IllegalArgumentException.class, () -> preprocessor.requireSize(random(4, 3, 3)));
    }

    @Test
    void shrinkingAveragesTheCoveredArea() {
        // 3 x 1 to 2 x 1: each target covers one source pixel and half of the middle one
        Picture picture = new Picture(3, 1, 1, new byte[] {30, 60, 120});

        assertArrayEquals(
                new float[] {(30 + 30) / 1.5f / 255, (30 + 120) / 1.5f / 255},
                write(new InputSpec(2, 1, 1, false), picture),
                1e-6f);
    }

    @Test
    void enlargingInterpolatesBetweenCentres() {
        Picture picture = new Picture(2, 1, 1, new byte[] {0, (byte) 200});

        assertArrayEquals(
                new float[] {0, 50 / 255f, 150 / 255f, 200 / 255f},
                write(new InputSpec(4, 1, 1, false), picture),
                1e-6f);
    }

    @Test
    void aLetterboxKeepsProportionsAndFillsTheRest() {
        Picture wide = new Picture(4, 2, 1, new byte[] {10, 20, 30, 40, 50, 60, 70, 80});

        assertArrayEquals(
                samples(255, 255, 255, 255, 10, 20, 30, 40, 50, 60, 70, 80, 255, 255, 255, 255),
                write(prepared(4, 4, Fit.LETTERBOX, Resampling.AREA, 255), wide),
                1e-6f);
        assertArrayEquals(
                samples(0, 35, 55, 0),
                write(prepared(4, 1, Fit.LETTERBOX, Resampling.AREA, 0), new Picture(2, 1, 1, new byte[] {35, 55})),
                1e-6f);
    }

    @Test
    void aLetterboxOfAnyProportionsHasTheWholePicture() {
        Picture tall = new Picture(3, 1000, 1, filled(3000, 100));

        float[] input = write(prepared(48, 48, Fit.LETTERBOX, Resampling.AREA, 0), tall);

        for (int i = 0; i < input.length; i++) {
            assertEquals(i % 48 == 23 ? 100 / 255f : 0, input[i], 1e-6f);
        }
    }

    @Test
    void aCropCutsTheSameOnBothSides() {
        Picture wide = new Picture(6, 2, 1, new byte[] {10, 20, 30, 40, 50, 60, 11, 21, 31, 41, 51, 61});

        assertArrayEquals(samples(30, 40, 31, 41), write(prepared(2, 2, Fit.CROP, Resampling.AREA, 0), wide), 1e-6f);
        // The same picture upright.
        Picture tall = new Picture(2, 6, 1, new byte[] {10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61});
        assertArrayEquals(samples(30, 31, 40, 41), write(prepared(2, 2, Fit.CROP, Resampling.AREA, 0), tall), 1e-6f);
    }

    @Test
    void shrinkingBilinearlyTakesTheNearestPixelsAlone() {
        // The centres of the targets lie at 1.5 and 5.5 of 8 source pixels.
        Picture picture = new Picture(8, 1, 1, new byte[] {100, 10, 30, 100, 100, 50, 70, 100});

        assertArrayEquals(samples(20, 60), write(prepared(2, 1, Fit.STRETCH, Resampling.BILINEAR, 0), picture), 1e-6f);
    }

    @Test
    void shrinkingByTrianglesWeighsAsPillowDoes() {
        Picture picture = new Picture(4, 1, 1, new byte[] {0, 100, (byte) 200, 40});

        assertArrayEquals(
                samples((75 + 50) / 1.75f, (25 + 150 + 30) / 1.75f),
                write(prepared(2, 1, Fit.STRETCH, Resampling.TRIANGLE, 0), picture),
                1e-6f);
    }

    @Test
    void aPreparationThatStretchesByAreaGivesTheNumbersOfNone() {
        for (int[] size : new int[][] {{105, 105}, {257, 300}, {20, 90}}) {
            Picture picture = random(size[0], size[1], 1);

            assertArrayEquals(
                    write(new InputSpec(48, 48, 1, false), picture),
                    write(prepared(48, 48, Fit.STRETCH, Resampling.AREA, 0), picture),
                    1e-6f);
        }
    }

    @Test
    void picturesOfManySizesDontDisturbEachOther() {
        InputSpec spec = prepared(16, 16, Fit.LETTERBOX, Resampling.TRIANGLE, 7);
        Preprocessor one = new Preprocessor(spec);
        for (int[] size : new int[][] {{40, 20}, {20, 40}, {40, 90}, {16, 16}, {40, 20}}) {
            Picture picture = random(size[0], size[1], 1);
            float[] input = new float[spec.length()];
            one.write(picture, FloatBuffer.wrap(input));

            assertArrayEquals(write(spec, picture), input);
        }
    }

    /** Prepares an input as an imported model's, which has light as 1. */
    private static InputSpec prepared(InputSpec plain, Fit fit) {
        int channels = plain.channels();
        return new InputSpec(
                plain.width(),
                plain.height(),
                channels,
                false,
                new Preparation(
                        fit,
                        0,
                        Resampling.AREA,
                        channels == 1 ? ColourOrder.GRAY : ColourOrder.RGB,
                        Collections.nCopies(channels, 0.0),
                        Collections.nCopies(channels, 255.0),
                        Normalisation.NONE));
    }

    private static InputSpec prepared(int width, int height, Fit fit, Resampling resampling, int fill) {
        return new InputSpec(
                width,
                height,
                1,
                false,
                new Preparation(
                        fit, fill, resampling, ColourOrder.GRAY, List.of(0.0), List.of(255.0), Normalisation.NONE));
    }

    private static float[] samples(float... samples) {
        float[] scaled = samples.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] /= 255;
        }
        return scaled;
    }

    private static byte[] filled(int length, int sample) {
        byte[] samples = new byte[length];
        Arrays.fill(samples, (byte) sample);
        return samples;
    }

    @ParameterizedTest
    @CsvSource({"105, 105", "48, 48", "49, 47", "257, 257", "258, 257", "100, 300", "1000, 8", "96, 144", "4097, 49"})
    void shrinkingConservesTheMean(int width, int height) {
        Picture picture = random(width, height, 1);
        double sum = 0;
        for (byte sample : picture.samples()) {
            sum += sample & 255;
        }

        float[] input = write(new InputSpec(48, Math.min(48, height), 1, false), picture);

        double inputSum = 0;
        for (float value : input) {
            inputSum += value;
        }
        assertEquals(sum / 255 / picture.samples().length, inputSum / input.length, 1e-5);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "17, 200", "200, 17", "48, 48", "47, 49", "105, 105", "3000, 20"})
    void aConstantPictureStaysConstant(int width, int height) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) 100);

        for (float value : write(new InputSpec(48, 32, 1, false), new Picture(width, height, 1, samples))) {
            assertEquals(100 / 255f, value, 1e-5);
        }
    }

    @Test
    void picturesOfDifferentSizesInARowDontDisturbEachOther() {
        Preprocessor shared = new Preprocessor(new InputSpec(48, 32, 3, true));
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            Picture picture = random(8 + random.nextInt(120), 8 + random.nextInt(120), 3);
            FloatBuffer input = FloatBuffer.allocate(48 * 32 * 3);

            shared.write(picture, input);

            assertArrayEquals(write(new InputSpec(48, 32, 3, true), picture), input.array());
        }
    }

    @Test
    void writingGoesOnWhereTheBufferStands() {
        FloatBuffer input = FloatBuffer.allocate(5).position(1);

        new Preprocessor(new InputSpec(2, 1, 1, false)).write(new Picture(2, 1, 1, new byte[] {0, (byte) 255}), input);

        assertEquals(3, input.position());
        assertArrayEquals(new float[] {0, 0, 1, 0, 0}, input.array());
    }

    @Test
    void aPictureWithOtherChannelsIsRefused() {
        Preprocessor preprocessor = new Preprocessor(new InputSpec(2, 2, 1, false));

        assertThrows(
                IllegalArgumentException.class, () -> preprocessor.write(random(2, 2, 3), FloatBuffer.allocate(4)));
    }

    private static float[] write(InputSpec spec, Picture picture) {
        FloatBuffer input = FloatBuffer.allocate(spec.length());
        new Preprocessor(spec).write(picture, input);
        assertEquals(spec.length(), input.position());
        return input.array();
    }

    private static Picture random(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        new Random(width * 31L + height).nextBytes(samples);
        return new Picture(width, height, channels, samples);
    }
}
