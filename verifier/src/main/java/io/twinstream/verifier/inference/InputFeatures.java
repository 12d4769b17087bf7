package io.twinstream.verifier.inference;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.Arrays;

/**
 * What one input of a model looks like: how much structure it shows, and a description of its blocks. Knows nothing of places and
 * shapes, so that a character of another alphabet is described as those that are known. Allocates nothing; for one thread.
 *
 * <p>Maintainers: all is computed on planes, one a channel, of about {@value #SIDE} pixels each way: larger inputs are shrunk by a
 * whole factor. Windows of {@value #WINDOW} and three times that are sums of whole rows, which HotSpot vectorizes.
 */
public final class InputFeatures {
    /** Version of the description, as {@link io.twinstream.schemas.modelpackage.InputDomain} names it. */
    public static final int DESCRIPTION = 1;

    private static final int SIDE = 48;
    private static final int WINDOW = 3;
    /** The wider window reaches so far around its centre. */
    private static final int REACH = (3 * WINDOW - 1) / 2;

    private static final float PER_WINDOW = 1f / (WINDOW * WINDOW);

    /** Levels of light and of evenness of blocks of 4 x 4 and of 2 x 2 pixels. */
    private static final int LIGHTS = 10;

    private static final int RANGES = 6;
    private static final int FINE_LIGHTS = 8;
    private static final int FINE_RANGES = 6;
    private static final int COARSE_CELLS = LIGHTS * RANGES;
    private static final int CHANNEL_CELLS = COARSE_CELLS + FINE_LIGHTS * FINE_RANGES;
    /** A picture's range of samples counts as at least so much, lest the noise of an even one be looked at through a lens. */
    private static final float LEAST_RANGE = 0.05f;

    private final InputSpec spec;
    private final int factor;
    private final int width;
    private final int height;
    private final int paddedWidth;
    private final float[][] planes;
    private final float[] padded;
    private final float[] rows;
    private final float[] wideRows;
    private final float[] narrow;
    private final float[] wide;
    private final float[] powers;
    private final float[] columns;
    private final int blockColumns;
    private final int blockRows;
    private final float[] lightest;
    private final float[] darkest;
    private final float[] mean;
    private final float[] description;
    private double contrast;
    private double spread;
    private double level;

    public InputFeatures(InputSpec spec) {
        this.spec = spec;
        this.factor = Math.max(1, Math.round(Math.min(spec.width(), spec.height()) / (float) SIDE));
        this.width = spec.width() / factor;
        this.height = spec.height() / factor;
        this.paddedWidth = width + 2 * REACH;
        this.planes = new float[spec.channels()][width * height];
        this.padded = new float[paddedWidth * (height + 2 * REACH)];
        this.rows = new float[paddedWidth];
        this.wideRows = new float[paddedWidth];
        this.narrow = new float[paddedWidth - 2];
        this.wide = new float[paddedWidth - 2];
        this.powers = new float[width];
        this.columns = new float[width];
        this.blockColumns = width / 2;
        this.blockRows = height / 2;
        this.lightest = new float[blockColumns * blockRows];
        this.darkest = new float[blockColumns * blockRows];
        this.mean = new float[blockColumns * blockRows];
        this.description = new float[cells(spec)];
    }

    /** Numbers of a description. */
    public static int cells(InputSpec spec) {
        return CHANNEL_CELLS * spec.channels();
    }

    /**
     * Looks at an input's structure.
     *
     * @param inputs {@code [n][channels][height][width]}, as the embedder takes them
     * @param at where the input begins
     */
    public void measure(float[] inputs, int at) {
        contrast = 0;
        double levels = 0;
        double variances = 0;
        for (int channel = 0; channel < planes.length; channel++) {
            float[] plane = planes[channel];
            shrink(inputs, at + channel * spec.width() * spec.height(), plane);
            contrast = Math.max(contrast, structure(plane));
            double mean = mean(plane);
            levels += mean;
            variances += variance(plane, (float) mean);
        }
        level = levels / planes.length;
        spread = Math.sqrt(variances / planes.length);
    }

    /**
     * How far windows of 3 x 3 pixels differ from the 9 x 9 around them, 0 to 1: the eighth root of the mean of the eighth powers, of the
     * channel where that is largest. Few strokes count as many do, even light and single hot pixels hardly, and noise by a third.
     */
    public double contrast() {
        return contrast;
    }

    /** Standard deviation of the samples within a channel. */
    public double spread() {
        return spread;
    }

    /** Mean of the samples, 0 to 1. */
    public double level() {
        return level;
    }

    /**
     * Describes the input that was measured last: for each channel how many of its blocks, of 4 x 4 and of 2 x 2 pixels, are so light and so
     * even, between the lightest and the darkest pixel of the input. A unit vector; overwritten by the next.
     */
    public float[] describe() {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float[] plane : planes) {
            low = Math.min(low, least(plane));
            high = Math.max(high, most(plane));
        }
        float perRange = 1 / Math.max(high - low, LEAST_RANGE);
        Arrays.fill(description, 0);
        for (int channel = 0; channel < planes.length; channel++) {
            blocks(planes[channel]);
            int cells = channel * CHANNEL_CELLS;
            fine(low, perRange, cells + COARSE_CELLS);
            coarse(low, perRange, cells);
        }
        // Both kinds of blocks of all channels weigh the same.
        float parts = 2f * planes.length;
        float fine = 1f / Math.max(1, blockColumns * blockRows);
        float coarse = 1f / Math.max(1, (blockColumns - 1) * (blockRows - 1));
        for (int cell = 0; cell < description.length; cell++) {
            if (description[cell] > 0) {
                float share = description[cell] * (cell % CHANNEL_CELLS < COARSE_CELLS ? coarse : fine);
                description[cell] = (float) Math.sqrt(share / parts);
            }
        }
        return description;
    }

    private void shrink(float[] inputs, int at, float[] plane) {
        if (factor == 1) {
            System.arraycopy(inputs, at, plane, 0, plane.length);
            return;
        }
        float weight = 1f / (factor * factor);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float sum = 0;
                for (int row = 0; row < factor; row++) {
                    int from = at + (y * factor + row) * spec.width() + x * factor;
                    for (int column = 0; column < factor; column++) {
                        sum += inputs[from + column];
                    }
                }
                plane[y * width + x] = sum * weight;
            }
        }
    }

    private double structure(float[] plane) {
        pad(plane);
        Arrays.fill(wideRows, 0);
        Arrays.fill(powers, 0);
        for (int row = 0; row < 3 * WINDOW - 1; row++) {
            add(padded, row * paddedWidth, wideRows);
        }
        for (int y = 0; y < height; y++) {
            int centre = (y + REACH) * paddedWidth;
            add(padded, centre + REACH * paddedWidth, wideRows);
            sumRows(padded, centre - paddedWidth, paddedWidth, rows);
            addPowers();
            subtract(padded, centre - REACH * paddedWidth, wideRows);
        }
        return Math.pow(sum(powers) / (width * height), 1.0 / 8);
    }

    /** Beyond its edges a plane goes on as it ends. */
    private void pad(float[] plane) {
        for (int y = 0; y < height + 2 * REACH; y++) {
            int row = Math.min(Math.max(y - REACH, 0), height - 1) * width;
            int to = y * paddedWidth;
            Arrays.fill(padded, to, to + REACH, plane[row]);
            System.arraycopy(plane, row, padded, to + REACH, width);
            Arrays.fill(padded, to + REACH + width, to + paddedWidth, plane[row + width - 1]);
        }
    }

    private static void sumRows(float[] from, int at, int stride, float[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] = from[at + x] + from[at + stride + x] + from[at + 2 * stride + x];
        }
    }

    private static void add(float[] from, int at, float[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += from[at + x];
        }
    }

    private static void subtract(float[] from, int at, float[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] -= from[at + x];
        }
    }

    private void addPowers() {
        threes(rows, narrow);
        threes(wideRows, wide);
        for (int x = 0; x < powers.length; x++) {
            float across = wide[x] + wide[x + 3] + wide[x + 6];
            float difference = narrow[x + 3] * PER_WINDOW - across * (PER_WINDOW / 9);
            float square = difference * difference;
            powers[x] += square * square * (square * square);
        }
    }

    /** Sums of each sample and the two that follow. */
    private static void threes(float[] samples, float[] sums) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] = samples[x] + samples[x + 1] + samples[x + 2];
        }
    }

    /** Light, dark and mean of blocks of 2 x 2 pixels. */
    private void blocks(float[] plane) {
        int block = 0;
        for (int y = 0; y < blockRows; y++) {
            int at = 2 * y * width;
            for (int x = 0; x < blockColumns; x++, at += 2) {
                float a = plane[at];
                float b = plane[at + 1];
                float c = plane[at + width];
                float d = plane[at + width + 1];
                darkest[block] = Math.min(Math.min(a, b), Math.min(c, d));
                lightest[block] = Math.max(Math.max(a, b), Math.max(c, d));
                mean[block] = (a + b + (c + d)) * 0.25f;
                block++;
            }
        }
    }

    private void fine(float low, float perRange, int cells) {
        for (int block = 0; block < mean.length; block++) {
            int light = level((mean[block] - low) * perRange, FINE_LIGHTS);
            int range = level((lightest[block] - darkest[block]) * perRange, FINE_RANGES);
            description[cells + light * FINE_RANGES + range]++;
        }
    }

    /** Blocks of 4 x 4 pixels that overlap by half: each of 4 that are measured. */
    private void coarse(float low, float perRange, int cells) {
        for (int y = 0; y + 1 < blockRows; y++) {
            for (int x = 0; x + 1 < blockColumns; x++) {
                int block = y * blockColumns + x;
                int below = block + blockColumns;
                float dark = Math.min(
                        Math.min(darkest[block], darkest[block + 1]), Math.min(darkest[below], darkest[below + 1]));
                float bright = Math.max(
                        Math.max(lightest[block], lightest[block + 1]), Math.max(lightest[below], lightest[below + 1]));
                float middle = (mean[block] + mean[block + 1] + (mean[below] + mean[below + 1])) * 0.25f;
                description[
                        cells
                                + level((middle - low) * perRange, LIGHTS) * RANGES
                                + level((bright - dark) * perRange, RANGES)]++;
            }
        }
    }

    private static int level(float part, int levels) {
        return Math.min(Math.max((int) (part * levels), 0), levels - 1);
    }

    /** Column by column first, which HotSpot vectorizes. */
    private double mean(float[] plane) {
        Arrays.fill(columns, 0);
        for (int y = 0; y < height; y++) {
            add(plane, y * width, columns);
        }
        return sum(columns) / plane.length;
    }

    private double variance(float[] plane, float mean) {
        Arrays.fill(columns, 0);
        for (int y = 0; y < height; y++) {
            addSquares(plane, y * width, mean, columns);
        }
        return sum(columns) / plane.length;
    }

    private static void addSquares(float[] from, int at, float mean, float[] sums) {
        for (int x = 0; x < sums.length; x++) {
            float off = from[at + x] - mean;
            sums[x] += off * off;
        }
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    private static float least(float[] values) {
        float least = Float.POSITIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private static float most(float[] values) {
        float most = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            most = Math.max(most, value);
        }
        return most;
    }
}
