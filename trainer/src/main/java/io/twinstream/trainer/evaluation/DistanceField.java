package io.twinstream.trainer.evaluation;

import java.util.Arrays;

/**
 * For every pixel that the ink of another picture may fall on, the Euclidean distance to the nearest ink of this one.
 *
 * <p>Maintainers: the exact transform in linear time of Felzenszwalb and Huttenlocher (2012), <em>Distance transforms of
 * sampled functions</em>: columns, then rows, each the lower envelope of parabolas.
 */
final class DistanceField {
    private static final int REACH = PixelComparer.SIDE - 1;
    private static final int SIDE = 2 * REACH + 1;
    private static final float FAR = 1e9f;

    private final float[] distances = new float[SIDE * SIDE];

    DistanceField(InkPoints ink) {
        Arrays.fill(distances, FAR);
        for (int i = 0; i < ink.size(); i++) {
            distances[(ink.rows()[i] + REACH) * SIDE + ink.columns()[i] + REACH] = 0;
        }
        float[] line = new float[SIDE];
        for (int column = 0; column < SIDE; column++) {
            transform(column, SIDE, line);
        }
        for (int row = 0; row < SIDE; row++) {
            transform(row * SIDE, 1, line);
        }
        for (int i = 0; i < distances.length; i++) {
            distances[i] = (float) Math.sqrt(distances[i]);
        }
    }

    /** The mean distance of another picture's ink from this one's, in pixels. */
    double mean(InkPoints other) {
        double sum = 0;
        for (int i = 0; i < other.size(); i++) {
            sum += distances[(other.rows()[i] + REACH) * SIDE + other.columns()[i] + REACH];
        }
        return sum / other.size();
    }

    /** One row or column of squared distances: {@code d[p] = min over q of (p - q)^2 + f[q]}. */
    private void transform(int start, int step, float[] line) {
        int[] peaks = new int[SIDE];
        float[] bounds = new float[SIDE + 1];
        int last = -1;
        for (int q = 0; q < SIDE; q++) {
            line[q] = distances[start + q * step];
            if (line[q] >= FAR) {
                continue;
            }
            while (last >= 0 && crossing(line, peaks[last], q) <= bounds[last]) {
                last--;
            }
            bounds[last + 1] = last < 0 ? -FAR : crossing(line, peaks[last], q);
            peaks[++last] = q;
        }
        if (last < 0) {
            return;
        }
        bounds[last + 1] = FAR;
        int at = 0;
        for (int p = 0; p < SIDE; p++) {
            while (bounds[at + 1] < p) {
                at++;
            }
            float away = p - peaks[at];
            distances[start + p * step] = away * away + line[peaks[at]];
        }
    }

    /** Where the parabola of a later peak gets below that of an earlier one. */
    private static float crossing(float[] line, int earlier, int later) {
        return (line[later] + later * later - line[earlier] - earlier * earlier) / (2f * (later - earlier));
    }
}
