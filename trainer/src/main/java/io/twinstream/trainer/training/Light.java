package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import java.util.SplittableRandom;

/**
 * Light says how far light and colours of a picture may change without making it another class, and draws changes evenly from that
 * range. Gray pictures have no colours to change.
 *
 * @param brightness largest rise or fall of all samples, as a share of them, 0 to below 1
 * @param contrast largest rise or fall of what differs from the picture's mean, as a share, 0 to below 1
 * @param saturation largest rise or fall of what differs from gray, as a share, 0 to below 1
 * @param hue largest turn of the colours either way, radians
 */
record Light(double brightness, double contrast, double saturation, double hue) {
    /** Nothing changes. */
    static final Light NONE = new Light(0, 0, 0, 0);

    /** Photographs of one thing by other cameras, and drawings by other hands, differ about this much. */
    static final Light PHOTOGRAPHS = new Light(0.25, 0.3, 0.4, Math.toRadians(20));

    private static final int CHANNELS = 3;
    private static final int MOST = 255;

    /** The shares of red, green and blue in luma (ITU-R BT.601). */
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    Light {
        if (!(isShare(brightness) && isShare(contrast) && isShare(saturation) && hue >= 0 && hue <= Math.PI)) {
            throw new IllegalArgumentException(
                    "light must change by shares from 0 to below 1, and hue by 0 to pi, was %s, %s, %s, %s"
                            .formatted(brightness, contrast, saturation, hue));
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value < 1;
    }

    /** Draws a change, and returns the picture in that light. */
    Picture change(Picture picture, SplittableRandom random) {
        if (equals(NONE)) {
            return picture;
        }
        double bright = 1 + even(random, brightness);
        double strong = 1 + even(random, contrast);
        double coloured = 1 + even(random, saturation);
        double turn = even(random, hue);
        double offset = (1 - strong) * bright * mean(picture);
        return picture.channels() == CHANNELS
                ? coloured(picture, matrix(turn, coloured, bright * strong), offset)
                : gray(picture, bright * strong, offset);
    }

    private static Picture gray(Picture picture, double factor, double offset) {
        byte[] samples = picture.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sample(factor * (samples[i] & MOST) + offset);
        }
        return new Picture(picture.width(), picture.height(), picture.channels(), samples);
    }

    private static Picture coloured(Picture picture, double[][] matrix, double offset) {
        byte[] samples = picture.samples().clone();
        for (int i = 0; i < samples.length; i += CHANNELS) {
            int red = samples[i] & MOST;
            int green = samples[i + 1] & MOST;
            int blue = samples[i + 2] & MOST;
            for (int channel = 0; channel < CHANNELS; channel++) {
                double[] row = matrix[channel];
                samples[i + channel] = sample(row[0] * red + row[1] * green + row[2] * blue + offset);
            }
        }
        return new Picture(picture.width(), picture.height(), CHANNELS, samples);
    }

    /** Returns the matrix that turns colours around gray, moves them away from it or towards it, and multiplies all. */
    private static double[][] matrix(double turn, double coloured, double factor) {
        double own = Math.cos(turn) + (1 - Math.cos(turn)) / CHANNELS;
        double next = (1 - Math.cos(turn)) / CHANNELS - Math.sin(turn) / Math.sqrt(CHANNELS);
        double last = (1 - Math.cos(turn)) / CHANNELS + Math.sin(turn) / Math.sqrt(CHANNELS);
        double[][] turned = {{own, next, last}, {last, own, next}, {next, last, own}};
        double[][] matrix = new double[CHANNELS][CHANNELS];
        for (int from = 0; from < CHANNELS; from++) {
            double luma = 0;
            for (int channel = 0; channel < CHANNELS; channel++) {
                luma += LUMA[channel] * turned[channel][from];
            }
            for (int to = 0; to < CHANNELS; to++) {
                matrix[to][from] = factor * (luma + coloured * (turned[to][from] - luma));
            }
        }
        return matrix;
    }

    /** Returns the mean luma of a picture, 0 to 255. */
    private static double mean(Picture picture) {
        byte[] samples = picture.samples();
        double sum = 0;
        for (int i = 0; i < samples.length; i++) {
            sum += (picture.channels() == CHANNELS ? CHANNELS * LUMA[i % CHANNELS] : 1) * (samples[i] & MOST);
        }
        return sum / samples.length;
    }

    private static byte sample(double value) {
        return (byte) Math.round(Math.max(0, Math.min(MOST, value)));
    }

    private static double even(SplittableRandom random, double limit) {
        return (2 * random.nextDouble() - 1) * limit;
    }
}
