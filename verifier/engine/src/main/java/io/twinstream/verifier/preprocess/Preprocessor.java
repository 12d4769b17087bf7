package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A preprocessor turns pictures into a model's input: stretched to its size, values 0 to 1, ink as 1 where the model
 * wants that. The same code serves and trains, so that both see the same numbers. It reuses its buffers and is for one
 * thread.
 */
public final class Preprocessor {
    private final InputSpec spec;
    private final float scale;
    private final float offset;
    private final float[] target;
    private ResizeAxis columns;
    private ResizeAxis rows;
    private float[] line = new float[0];
    private float[] shrunk = new float[0];
    private int loaded;
    private @Nullable LaneShrink lanes;

    public Preprocessor(InputSpec spec) {
        this.spec = spec;
        this.scale = spec.inkIsOne() ? -1f / 255 : 1f / 255;
        this.offset = spec.inkIsOne() ? 1 : 0;
        this.columns = new ResizeAxis(spec.width(), spec.width());
        this.rows = new ResizeAxis(spec.height(), spec.height());
        this.target = new float[spec.length()];
    }

    /**
     * Writes {@code [channels][height][width]} floats at the buffer's position and advances it.
     *
     * @throws IllegalArgumentException if the picture has another number of channels than the model
     */
    public void write(Picture picture, FloatBuffer input) {
        if (picture.channels() != spec.channels()) {
            throw new IllegalArgumentException(
                    "the model takes %d channels, the picture has %d".formatted(spec.channels(), picture.channels()));
        }
        if (spec.channels() == 1 && LaneShrink.takes(picture.width(), picture.height(), spec.width(), spec.height())) {
            if (lanes == null || !lanes.fits(picture)) {
                lanes = new LaneShrink(picture.width(), picture.height(), spec.width(), spec.height());
            }
            lanes.write(picture.samples(), scale, offset, target);
        } else {
            resample(picture);
        }
        input.put(target);
    }

    private void resample(Picture picture) {
        if (columns.source != picture.width()) {
            columns = new ResizeAxis(picture.width(), spec.width());
        }
        if (rows.source != picture.height()) {
            rows = new ResizeAxis(picture.height(), spec.height());
        }
        if (line.length != picture.width()) {
            line = new float[picture.width()];
            shrunk = new float[picture.width() + columns.taps()];
        }
        for (int channel = 0; channel < spec.channels(); channel++) {
            loaded = -1;
            for (int y = 0; y < spec.height(); y++) {
                shrinkRows(picture, channel, y);
                shrinkColumns((channel * spec.height() + y) * spec.width());
            }
        }
    }

    private void shrinkRows(Picture picture, int channel, int y) {
        Arrays.fill(shrunk, 0);
        for (int tap = 0; tap < rows.taps(); tap++) {
            float weight = rows.weights[tap][y];
            if (weight > 0) {
                load(picture, channel, rows.first[y] + tap);
                add(weight, line, shrunk);
            }
        }
    }

    /** Loads a source row as floats; a row that two target rows share is loaded once. */
    private void load(Picture picture, int channel, int y) {
        if (loaded == y) {
            return;
        }
        loaded = y;
        byte[] samples = picture.samples();
        int step = picture.channels();
        int at = y * picture.width() * step + channel;
        for (int x = 0; x < line.length; x++) {
            line[x] = samples[at + x * step] & 255;
        }
    }

    /** Adds in a loop of its own, since HotSpot vectorizes it only where every array has the same index. */
    private static void add(float weight, float[] line, float[] sum) {
        for (int x = 0; x < line.length; x++) {
            sum[x] += weight * line[x];
        }
    }

    private void shrinkColumns(int start) {
        Arrays.fill(target, start, start + spec.width(), 0);
        for (int tap = 0; tap < columns.taps(); tap++) {
            gather(columns.weights[tap], columns.first, tap, shrunk, target, start);
        }
        for (int x = start; x < start + spec.width(); x++) {
            target[x] = offset + scale * target[x];
        }
    }

    private static void gather(float[] weights, int[] first, int tap, float[] line, float[] sums, int start) {
        for (int i = 0; i < weights.length; i++) {
            sums[start + i] += weights[i] * line[first[i] + tap];
        }
    }

    /**
     * A resize axis holds the weights that resample one axis: for each target position the first source position, and
     * the shares of it and of those that follow, which sum to 1. Shrinking averages the covered area, so that no thin
     * stroke falls between two samples; enlarging interpolates linearly between centres.
     *
     * <p>Maintainers: weights are stored by tap, {@code weights[tap][target]}, and padded with zeros to the same number
     * of taps, so that the inner loops are long and have no end of their own for each target.
     */
    private static final class ResizeAxis {
        final int source;
        final int[] first;
        final float[][] weights;

        ResizeAxis(int source, int target) {
            this.source = source;
            this.first = new int[target];
            int taps = source >= target ? (source + target - 1) / target + 1 : 2;
            this.weights = new float[taps][target];
            for (int i = 0; i < target; i++) {
                if (source >= target) {
                    area(i, (double) source / target);
                } else {
                    linear(i, (double) source / target);
                }
            }
        }

        /** Returns how many source positions, from its first one, a target may be computed from. */
        int taps() {
            return weights.length;
        }

        private void area(int i, double ratio) {
            double from = i * ratio;
            double to = Math.min(source, (i + 1) * ratio);
            first[i] = (int) from;
            int last = Math.min(source - 1, (int) Math.ceil(to) - 1);
            for (int s = first[i]; s <= last; s++) {
                weights[s - first[i]][i] = (float) ((Math.min(to, s + 1) - Math.max(from, s)) / (to - from));
            }
        }

        private void linear(int i, double ratio) {
            double centre = Math.max(0, (i + 0.5) * ratio - 0.5);
            first[i] = Math.min(source - 1, (int) centre);
            float part = first[i] + 1 < source ? (float) (centre - first[i]) : 0;
            weights[0][i] = 1 - part;
            weights[1][i] = part;
        }
    }
}
