package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A preprocessor turns pictures into a model's input: brought to its size as the model's fit and resampling say, values 0 to 1,
 * ink as 1 where the model wants that. The same code serves and trains, so that both see the same numbers. It reuses its buffers
 * and is for one thread.
 */
public final class Preprocessor {
    private final InputSpec spec;
    private final float scale;
    private final float offset;
    private final int fill;
    private final float[] target;
    private Fitted fitted;
    private ResizeAxis columns;
    private ResizeAxis rows;
    /** The source rows that were loaded last, by parity. */
    private final float[][] lines = {new float[0], new float[0]};

    private final int[] loaded = new int[2];
    private float[] shrunk = new float[0];
    private @Nullable LaneShrink lanes;

    public Preprocessor(InputSpec spec) {
        this.spec = spec;
        this.scale = spec.inkIsOne() ? -1f / 255 : 1f / 255;
        this.offset = spec.inkIsOne() ? 1 : 0;
        this.fill = spec.preparation() == null ? 0 : spec.preparation().fill();
        this.fitted = Fitted.of(spec, spec.width(), spec.height());
        this.columns = fitted.columns.axis(spec);
        this.rows = fitted.rows.axis(spec);
        this.target = new float[spec.length()];
    }

    /**
     * Writes {@code [channels][height][width]} floats at the buffer's position and advances it.
     *
     * @throws IllegalArgumentException if the picture has another number of channels than the model
     */
    public void write(Picture picture, FloatBuffer input) {
        requireChannels(picture);
        if (spec.channels() == 1
                && spec.preparation() == null
                && LaneShrink.takes(picture.width(), picture.height(), spec.width(), spec.height())) {
            if (lanes == null || !lanes.fits(picture)) {
                lanes = new LaneShrink(picture.width(), picture.height(), spec.width(), spec.height());
            }
            lanes.write(picture.samples(), scale, offset, target);
        } else if (hasSize(picture)) {
            copy(picture.samples());
        } else {
            resample(picture);
        }
        input.put(target);
    }

    /**
     * Requires that every sample of a picture becomes one number of the input, which depends on nothing else.
     *
     * @throws IllegalArgumentException if the picture has another size or another number of channels than the input
     */
    public void requireSize(Picture picture) {
        requireChannels(picture);
        if (!hasSize(picture)) {
            throw new IllegalArgumentException("the input is of %d x %d pixels, the picture of %d x %d"
                    .formatted(spec.width(), spec.height(), picture.width(), picture.height()));
        }
    }

    private void requireChannels(Picture picture) {
        if (picture.channels() != spec.channels()) {
            throw new IllegalArgumentException(
                    "the model takes %d channels, the picture has %d".formatted(spec.channels(), picture.channels()));
        }
    }

    private boolean hasSize(Picture picture) {
        return picture.width() == spec.width() && picture.height() == spec.height();
    }

    /** Takes the samples as they are: resampling to the same size gives each a weight of 1. */
    private void copy(byte[] samples) {
        int channels = spec.channels();
        int at = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int from = channel; from < samples.length; from += channels) {
                target[at++] = offset + scale * (samples[from] & 255);
            }
        }
    }

    /** Returns where a picture of a size lies in an input. */
    public static Placement placement(InputSpec spec, int width, int height) {
        Fitted fitted = Fitted.of(spec, width, height);
        return new Placement(
                fitted.columns.scale(), fitted.rows.scale(), fitted.columns.offset(), fitted.rows.offset());
    }

    /**
     * A placement says where a picture lies in an input: a place in the picture, counted from its edges, times the scale and
     * plus the offset is the place in the input.
     */
    public record Placement(double scaleX, double scaleY, double offsetX, double offsetY) {
        /** Returns where a place of the input lies in the picture. */
        public double pictureX(double inputX) {
            return (inputX - offsetX) / scaleX;
        }

        public double pictureY(double inputY) {
            return (inputY - offsetY) / scaleY;
        }
    }

    private void resample(Picture picture) {
        if (fitted.width != picture.width() || fitted.height != picture.height()) {
            fitted = Fitted.of(spec, picture.width(), picture.height());
            columns = fitted.columns.axis(spec);
            rows = fitted.rows.axis(spec);
        }
        int samples = picture.width() * spec.channels();
        if (lines[0].length != samples) {
            lines[0] = new float[samples];
            lines[1] = new float[samples];
        }
        if (shrunk.length != samples + columns.taps() * spec.channels()) {
            shrunk = new float[samples + columns.taps() * spec.channels()];
        }
        if (!fitted.fills(spec)) {
            Arrays.fill(target, offset + scale * fill);
        }
        Arrays.fill(loaded, -1);
        for (int y = 0; y < rows.first.length; y++) {
            shrinkRows(picture, y);
            for (int channel = 0; channel < spec.channels(); channel++) {
                shrinkColumns(
                        channel, (channel * spec.height() + fitted.rows.at + y) * spec.width() + fitted.columns.at);
            }
        }
    }

    /** Shrinks all channels at once, whose samples lie side by side. */
    private void shrinkRows(Picture picture, int y) {
        Arrays.fill(shrunk, 0);
        for (int tap = 0; tap < rows.taps(); tap++) {
            float weight = rows.weights[tap][y];
            if (weight > 0) {
                add(weight, loaded(picture, rows.first[y] + tap), shrunk);
            }
        }
    }

    /** Returns a source row as floats; a row that several target rows share is loaded once. */
    private float[] loaded(Picture picture, int y) {
        int slot = y % lines.length;
        float[] line = lines[slot];
        if (loaded[slot] != y) {
            loaded[slot] = y;
            load(picture.samples(), y * line.length, line);
        }
        return line;
    }

    private static void load(byte[] samples, int at, float[] line) {
        for (int x = 0; x < line.length; x++) {
            line[x] = samples[at + x] & 255;
        }
    }

    /** Adds in a loop of its own, since HotSpot vectorizes it only where every array has the same index. */
    private static void add(float weight, float[] line, float[] sum) {
        for (int x = 0; x < line.length; x++) {
            sum[x] += weight * line[x];
        }
    }

    private void shrinkColumns(int channel, int start) {
        int end = start + columns.first.length;
        if (columns.taps() == 2) {
            gather(columns, spec.channels(), channel, shrunk, target, start);
        } else {
            Arrays.fill(target, start, end, 0);
            for (int tap = 0; tap < columns.taps(); tap++) {
                int from = tap * spec.channels() + channel;
                gather(columns.weights[tap], columns.first, spec.channels(), from, shrunk, target, start);
            }
        }
        for (int x = start; x < end; x++) {
            target[x] = offset + scale * target[x];
        }
    }

    /** Adds both taps of each target in one go, in the order in which they are added one by one. */
    private static void gather(ResizeAxis axis, int step, int from, float[] line, float[] sums, int start) {
        float[] left = axis.weights[0];
        float[] right = axis.weights[1];
        int[] first = axis.first;
        for (int i = 0; i < left.length; i++) {
            int at = first[i] * step + from;
            sums[start + i] = left[i] * line[at] + right[i] * line[at + step];
        }
    }

    private static void gather(
            float[] weights, int[] first, int step, int from, float[] line, float[] sums, int start) {
        for (int i = 0; i < weights.length; i++) {
            sums[start + i] += weights[i] * line[first[i] * step + from];
        }
    }

    /**
     * A fitted picture says which part of the resized picture lies where in the input.
     *
     * @param width width of the picture in pixels
     * @param height height of the picture in pixels
     */
    private record Fitted(int width, int height, Side columns, Side rows) {
        static Fitted of(InputSpec spec, int width, int height) {
            double across = (double) spec.width() / width;
            double down = (double) spec.height() / height;
            return switch (spec.fit()) {
                case LETTERBOX -> scaled(spec, width, height, Math.min(across, down));
                case CROP -> scaled(spec, width, height, Math.max(across, down));
                // What is aligned has been laid onto the template before, and has the input's size.
                case STRETCH, ALIGN ->
                    new Fitted(
                            width,
                            height,
                            Side.of(width, spec.width(), spec.width()),
                            Side.of(height, spec.height(), spec.height()));
            };
        }

        private static Fitted scaled(InputSpec spec, int width, int height, double factor) {
            return new Fitted(
                    width,
                    height,
                    Side.of(width, (int) Math.max(1, Math.round(width * factor)), spec.width()),
                    Side.of(height, (int) Math.max(1, Math.round(height * factor)), spec.height()));
        }

        boolean fills(InputSpec spec) {
            return columns.count == spec.width() && rows.count == spec.height();
        }
    }

    /**
     * A side is one side of a fitted picture.
     *
     * @param source pixels of the picture
     * @param resized pixels that all of the picture would have
     * @param from the first of these that is taken
     * @param count the number of these that are taken
     * @param at where the first of them lies in the input
     */
    private record Side(int source, int resized, int from, int count, int at) {
        /** Puts the middle of the resized side onto the middle of the input. */
        static Side of(int source, int resized, int input) {
            return resized > input
                    ? new Side(source, resized, (resized - input) / 2, input, 0)
                    : new Side(source, resized, 0, resized, (input - resized) / 2);
        }

        double scale() {
            return (double) resized / source;
        }

        int offset() {
            return at - from;
        }

        ResizeAxis axis(InputSpec spec) {
            return new ResizeAxis(source, resized, from, count, spec.resampling());
        }
    }

    /**
     * A resize axis holds the weights that resample one axis: for each target position the first source position, and
     * the shares of it and of those that follow, which sum to 1. Averages of areas let no thin stroke fall between two samples;
     * enlarging interpolates linearly between centres.
     *
     * <p>Maintainers: weights are stored by tap, {@code weights[tap][target]}, and padded with zeros to the same number
     * of taps, so that the inner loops are long and have no end of their own for each target.
     */
    private static final class ResizeAxis {
        private final int source;
        private final int from;
        final int[] first;
        final float[][] weights;

        /**
         * Computes the weights of some targets.
         *
         * @param source source positions
         * @param targets target positions for the whole source
         * @param from the first target that is wanted
         * @param count the number of targets that are wanted
         */
        ResizeAxis(int source, int targets, int from, int count, Resampling resampling) {
            this.source = source;
            this.from = from;
            this.first = new int[count];
            double ratio = (double) source / targets;
            boolean shrinks = source > targets;
            int taps = shrinks && resampling == Resampling.TRIANGLE
                    ? 2 * (int) Math.ceil(ratio) + 1
                    : source >= targets && resampling == Resampling.AREA ? (source + targets - 1) / targets + 1 : 2;
            this.weights = new float[taps][count];
            for (int i = 0; i < count; i++) {
                if (shrinks && resampling == Resampling.TRIANGLE) {
                    triangle(i, ratio);
                } else if (source >= targets && resampling == Resampling.AREA) {
                    area(i, ratio);
                } else {
                    linear(i, ratio);
                }
            }
        }

        /** Returns how many source positions, from its first one, a target may be computed from. */
        int taps() {
            return weights.length;
        }

        private void area(int i, double ratio) {
            double begin = (from + i) * ratio;
            double end = Math.min(source, (from + i + 1) * ratio);
            first[i] = (int) begin;
            int last = Math.min(source - 1, (int) Math.ceil(end) - 1);
            for (int s = first[i]; s <= last; s++) {
                weights[s - first[i]][i] = (float) ((Math.min(end, s + 1) - Math.max(begin, s)) / (end - begin));
            }
        }

        private void linear(int i, double ratio) {
            double centre = Math.max(0, (from + i + 0.5) * ratio - 0.5);
            first[i] = Math.min(source - 1, (int) centre);
            float part = first[i] + 1 < source ? (float) (centre - first[i]) : 0;
            weights[0][i] = 1 - part;
            weights[1][i] = part;
        }

        private void triangle(int i, double ratio) {
            double centre = (from + i + 0.5) * ratio;
            first[i] = Math.max(0, (int) (centre - ratio + 0.5));
            int end = Math.min(source, (int) (centre + ratio + 0.5));
            double sum = 0;
            for (int s = first[i]; s < end; s++) {
                sum += Math.max(0, 1 - Math.abs(s + 0.5 - centre) / ratio);
            }
            for (int s = first[i]; s < end; s++) {
                weights[s - first[i]][i] = (float) (Math.max(0, 1 - Math.abs(s + 0.5 - centre) / ratio) / sum);
            }
        }
    }
}
