package io.twinstream.ingest.image;

import io.twinstream.schemas.image.Picture;
import java.util.Arrays;

/** Makes a picture smaller: each new sample is the mean of the area that it stands for, parts of pixels included. */
final class AreaAverage {
    private AreaAverage() {}

    /** @param width at most the picture's, as the height is */
    static Picture of(Picture picture, int width, int height) {
        int channels = picture.channels();
        float[] row = new float[picture.width() * channels];
        byte[] samples = new byte[width * height * channels];
        double step = (double) picture.height() / height;
        for (int y = 0; y < height; y++) {
            mean(picture, y * step, Math.min((y + 1) * step, picture.height()), row);
            across(row, picture.width(), channels, samples, y * width * channels, width);
        }
        return new Picture(width, height, channels, samples);
    }

    /** The mean of the rows from one height to another. */
    private static void mean(Picture picture, double from, double to, float[] row) {
        Arrays.fill(row, 0);
        byte[] samples = picture.samples();
        for (int y = (int) from; y < to && y < picture.height(); y++) {
            float weight = (float) ((Math.min(y + 1, to) - Math.max(y, from)) / (to - from));
            int start = y * row.length;
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * (samples[start + i] & 255);
            }
        }
    }

    private static void across(float[] row, int rowWidth, int channels, byte[] samples, int start, int width) {
        double step = (double) rowWidth / width;
        for (int x = 0; x < width; x++) {
            double from = x * step;
            double to = Math.min((x + 1) * step, rowWidth);
            for (int channel = 0; channel < channels; channel++) {
                double sum = 0;
                for (int i = (int) from; i < to && i < rowWidth; i++) {
                    sum += (Math.min(i + 1, to) - Math.max(i, from)) * row[i * channels + channel];
                }
                samples[start + x * channels + channel] = (byte) Math.round(sum / (to - from));
            }
        }
    }
}
