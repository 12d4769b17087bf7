package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.FloatBuffer;

/**
 * Where a picture's ink lies: columns and rows from the mean of all ink, rounded to whole pixels of a picture of 105 x 105.
 * Ink is what is darker than the middle of the scale. A picture without ink has one point, 0, 0.
 *
 * @param columns of each point, -104 to 104
 * @param rows of each point, -104 to 104
 */
record InkPoints(byte[] columns, byte[] rows) {
    private static final int SIDE = PixelComparer.SIDE;

    static InkPoints of(Picture picture) {
        InputSpec spec = new InputSpec(SIDE, SIDE, picture.channels(), true);
        float[] values = new float[spec.length()];
        new Preprocessor(spec).write(picture, FloatBuffer.wrap(values));
        return of(values, picture.channels());
    }

    int size() {
        return columns.length;
    }

    private static InkPoints of(float[] values, int channels) {
        int[] x = new int[SIDE * SIDE];
        int[] y = new int[SIDE * SIDE];
        int points = 0;
        for (int at = 0; at < SIDE * SIDE; at++) {
            float ink = 0;
            for (int channel = 0; channel < channels; channel++) {
                ink += values[channel * SIDE * SIDE + at] / channels;
            }
            if (ink > 0.5f) {
                x[points] = at % SIDE;
                y[points++] = at / SIDE;
            }
        }
        return points == 0
                ? new InkPoints(new byte[1], new byte[1])
                : new InkPoints(aboutMean(x, points), aboutMean(y, points));
    }

    private static byte[] aboutMean(int[] values, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        int mean = Math.round((float) sum / count);
        byte[] offsets = new byte[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = (byte) (values[i] - mean);
        }
        return offsets;
    }
}
