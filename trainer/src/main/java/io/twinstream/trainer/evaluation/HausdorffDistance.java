package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Hausdorff distance is the baseline of comparing shapes without learning: the modified Hausdorff distance
 * (Dubuisson and Jain 1994) between the ink of two pictures whose means are laid on each other, as in the demonstration
 * that comes with Omniglot. It is the larger of the two mean distances from the ink of one to the nearest ink of the
 * other. Scores are distances below 0, in pixels.
 */
public final class HausdorffDistance implements Comparer {
    @Override
    public String name() {
        return "hausdorff";
    }

    @Override
    public double[][] scores(List<Picture> probes, List<Picture> references, int[][] against) {
        List<InkPoints> asked = ink(probes);
        List<InkPoints> known = ink(references);
        // One field at a time and thread: all of them together would fill the memory.
        double[][] fromReference = means(asked, known, against);
        int[][] asking = turned(against, known.size());
        double[][] fromProbe = means(known, asked, asking);
        int[] next = new int[known.size()];
        for (int probe = 0; probe < against.length; probe++) {
            for (int i = 0; i < against[probe].length; i++) {
                int reference = against[probe][i];
                double distance = Math.max(fromReference[probe][i], fromProbe[reference][next[reference]++]);
                fromReference[probe][i] = -distance;
            }
        }
        return fromReference;
    }

    private static List<InkPoints> ink(List<Picture> pictures) {
        return pictures.parallelStream().map(InkPoints::of).toList();
    }

    /**
     * Returns, for each picture, the mean distances to its ink from the ink of the others that it is compared with.
     */
    private static double[][] means(List<InkPoints> each, List<InkPoints> others, int[][] against) {
        return IntStream.range(0, each.size())
                .parallel()
                .mapToObj(i -> {
                    if (against[i].length == 0) {
                        return new double[0];
                    }
                    DistanceField field = new DistanceField(each.get(i));
                    return Arrays.stream(against[i])
                            .mapToDouble(other -> field.mean(others.get(other)))
                            .toArray();
                })
                .toArray(double[][]::new);
    }

    /** Returns, for each reference, the probes that are compared with it, in their order. */
    private static int[][] turned(int[][] against, int references) {
        List<List<Integer>> probes = new ArrayList<>();
        for (int i = 0; i < references; i++) {
            probes.add(new ArrayList<>());
        }
        for (int probe = 0; probe < against.length; probe++) {
            for (int reference : against[probe]) {
                probes.get(reference).add(probe);
            }
        }
        return probes.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /**
     * A distance field has, for every pixel that another picture's ink may fall on, the Euclidean distance to the
     * nearest ink of this one.
     *
     *
     * <p>Maintainers: this is the exact transform in linear time of Felzenszwalb and Huttenlocher (2012), <em>Distance
     * transforms of sampled functions</em>: columns, then rows, each the lower envelope of parabolas.
     */
    static final class DistanceField {
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

        /** Returns the mean distance of another picture's ink from this one's, in pixels. */
        double mean(InkPoints other) {
            double sum = 0;
            for (int i = 0; i < other.size(); i++) {
                sum += distances[(other.rows()[i] + REACH) * SIDE + other.columns()[i] + REACH];
            }
            return sum / other.size();
        }

        /** Transforms one row or column of squared distances: {@code d[p] = min over q of (p - q)^2 + f[q]}. */
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

        /** Returns where the parabola of a later peak gets below that of an earlier one. */
        private static float crossing(float[] line, int earlier, int later) {
            return (line[later] + later * later - line[earlier] - earlier * earlier) / (2f * (later - earlier));
        }
    }

    /**
     * Ink points tell where a picture's ink lies: columns and rows from the mean of all ink, rounded to whole pixels of
     * a picture of 105 x 105. Ink is whatever is darker than the middle of the scale. A picture without ink has one
     * point, 0, 0.
     *
     * @param columns the column of each point, -104 to 104
     * @param rows the row of each point, -104 to 104
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
}
