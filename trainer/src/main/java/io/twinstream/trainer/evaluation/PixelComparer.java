package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pixel comparer is the baseline of no learning at all: the Euclidean distance between pixels at 105 x 105, the
 * size of Omniglot's drawings. In one-shot classification this is the nearest neighbour. Scores are distances below 0,
 * in values of 0 to 1.
 */
public final class PixelComparer implements Comparer {
    static final int SIDE = 105;

    private static final int LEVELS = 255;

    @Override
    public String name() {
        return "pixels";
    }

    @Override
    public double[][] scores(List<Picture> probes, List<Picture> references, int[][] against) {
        byte[][] enrolled =
                references.parallelStream().map(PixelComparer::levels).toArray(byte[][]::new);
        return IntStream.range(0, probes.size())
                .parallel()
                .mapToObj(probe -> scores(levels(probes.get(probe)), enrolled, against[probe]))
                .toArray(double[][]::new);
    }

    private static double[] scores(byte[] probe, byte[][] enrolled, int[] against) {
        return IntStream.of(against)
                .mapToDouble(reference -> -Math.sqrt((double) squares(probe, enrolled[reference])) / LEVELS)
                .toArray();
    }

    private static long squares(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            int difference = (a[i] & 0xff) - (b[i] & 0xff);
            sum += (long) difference * difference;
        }
        return sum;
    }

    private static byte[] levels(Picture picture) {
        InputSpec spec = new InputSpec(SIDE, SIDE, picture.channels(), false);
        float[] values = new float[spec.length()];
        new Preprocessor(spec).write(picture, FloatBuffer.wrap(values));
        byte[] levels = new byte[values.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) Math.round(values[i] * LEVELS);
        }
        return levels;
    }
}
