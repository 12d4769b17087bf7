package io.twinstream.verifier.inference;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.Arrays;

/**
 * Input features measure how much structure one input of a model shows, and describe its blocks. They ignore places and
 * shapes, so that a character of an unknown alphabet is described like those of known ones. Allocates nothing after
 * construction; for one thread.
 *
 * <p>Maintainers: everything is computed on one plane for each channel, of about {@value #SIDE} pixels each way; larger
 * inputs are shrunk by a whole factor. Windows of {@value #WINDOW} pixels and of three times that are sums of whole
 * rows, which HotSpot vectorizes.
 */
public final class InputFeatures {
    /** This is the version of the description, as {@link io.twinstream.schemas.modelpackage.InputDomain} names it. */
    public static final int DESCRIPTION = 1;

    private static final int SIDE = 48;
    private static final int WINDOW = 3;
    /** Pixels that the wider window reaches from its centre. */
    private static final int REACH = (3 * WINDOW - 1) / 2;

    private static final float PER_WINDOW = 1f / (WINDOW * WINDOW);

    /**
     * Counts the levels of light that blocks of 4 x 4 pixels are sorted into; the next three are for their evenness and
     * for blocks of 2 x 2.
     */
    private static final int LIGHTS = 10;

    private static final int RANGES = 6;
    private static final int FINE_LIGHTS = 8;
    private static final int FINE_RANGES = 6;
    private static final int COARSE_CELLS = LIGHTS * RANGES;
    private static final int CHANNEL_CELLS = COARSE_CELLS + FINE_LIGHTS * FINE_RANGES;
    private static final int TURNS = 4;

    /**
     * This is the least range of samples that a picture is scaled by, so that the noise of an even picture isn't magnified.
     */
    private static final float LEAST_RANGE = 0.05f;

    private final InputSpec spec;
    private final int factor;
    private final int width;
    private final int height;
    private final int paddedWidth;
    private final float[][] planes;
    private final float[] padded;
    private final float[] narrow;
    private final float[] wide;
    private final float[] next;
    private final float[] afterNext;
    private final float[] inside;
    private final float[] powers;
    private final int blockColumns;
    private final int blockRows;
    private final float[] lightest;
    private final float[] darkest;
    private final float[] mean;
    private final float[] description;
    /**
     * Holds the counts of cells in {@value #TURNS} copies that neighbouring blocks use in turn. Neighbours are often
     * alike, and adding to one number twice would wait for the first addition.
     */
    private final int[] counts;

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
        this.narrow = new float[padded.length];
        this.wide = new float[padded.length];
        this.next = new float[padded.length];
        this.afterNext = new float[padded.length];
        this.inside = new float[padded.length];
        for (int y = 0; y < height; y++) {
            Arrays.fill(inside, y * paddedWidth, y * paddedWidth + width, 1);
        }
        this.powers = new float[inside.length];
        this.blockColumns = width / 2;
        this.blockRows = height / 2;
        this.lightest = new float[blockColumns * blockRows];
        this.darkest = new float[blockColumns * blockRows];
        this.mean = new float[blockColumns * blockRows];
        this.description = new float[cells(spec)];
        this.counts = new int[TURNS * description.length];
    }

    /** Returns how many numbers a description has. */
    public static int cells(InputSpec spec) {
        return CHANNEL_CELLS * spec.channels();
    }

    /**
     * Measures an input's structure, for {@link #contrast}, {@link #spread}, {@link #level} and {@link #describe}.
     *
     * @param inputs the embedder's inputs, {@code [n][channels][height][width]}
     * @param at the index where the input begins
     */
    public void measure(float[] inputs, int at) {
        contrast = 0;
        double levels = 0;
        double variances = 0;
        for (int channel = 0; channel < planes.length; channel++) {
            float[] plane = planes[channel];
            shrink(inputs, at + channel * spec.width() * spec.height(), plane);
            contrast = Math.max(contrast, structure(plane));
            double mean = sum(plane) / plane.length;
            levels += mean;
            variances += variance(plane, (float) mean);
        }
        level = levels / planes.length;
        spread = Math.sqrt(variances / planes.length);
    }

    /**
     * Returns how far windows of 3 x 3 pixels differ from the 9 x 9 around them, 0 to 1. It is the eighth root of the
     * mean of the eighth powers, of the channel where that is largest. Few strokes count like many; uneven light and
     * single hot pixels count little, and noise by a third.
     */
    public double contrast() {
        return contrast;
    }

    /** Returns the standard deviation of the samples within a channel. */
    public double spread() {
        return spread;
    }

    /** Returns the mean of the samples, 0 to 1. */
    public double level() {
        return level;
    }

    /**
     * Describes the input that was measured last. For each channel it counts the blocks of 4 x 4 and of 2 x 2 pixels by
     * lightness and evenness, scaled to the range from the input's darkest to its lightest pixel. Returns a unit vector
     * that the next call overwrites.
     */
    public float[] describe() {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float[] plane : planes) {
            low = Math.min(low, least(plane));
            high = Math.max(high, most(plane));
        }
        float perRange = 1 / Math.max(high - low, LEAST_RANGE);
        Arrays.fill(counts, 0);
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
            int count = 0;
            for (int turn = 0; turn < TURNS; turn++) {
                count += counts[turn * description.length + cell];
            }
            float share = count * (cell % CHANNEL_CELLS < COARSE_CELLS ? coarse : fine);
            description[cell] = count == 0 ? 0 : (float) Math.sqrt(share / parts);
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

    /**
     * Computes the contrast of a plane in one flat loop, which runs over the seams of rows too, where {@link #inside}
     * is 0.
     */
    private double structure(float[] plane) {
        pad(plane);
        threes(padded, paddedWidth, narrow);
        threes(narrow, WINDOW * paddedWidth, wide);
        threes(narrow, 1, narrow);
        threes(wide, 1, wide);
        threes(wide, WINDOW, wide);
        int centre = (REACH - 1) * paddedWidth + REACH - 1;
        System.arraycopy(narrow, centre, next, 0, narrow.length - centre);
        eighthPowers(next, wide, inside, powers);
        return Math.pow(sum(powers) / (width * height), 1.0 / 8);
    }

    /** Pads the plane by repeating its edges. */
    private void pad(float[] plane) {
        for (int y = 0; y < height + 2 * REACH; y++) {
            int row = Math.min(Math.max(y - REACH, 0), height - 1) * width;
            int to = y * paddedWidth;
            Arrays.fill(padded, to, to + REACH, plane[row]);
            System.arraycopy(plane, row, padded, to + REACH, width);
            Arrays.fill(padded, to + REACH + width, to + paddedWidth, plane[row + width - 1]);
        }
    }

    /** Sums each sample and the two that follow at this step; the last ones have none. */
    private void threes(float[] samples, int step, float[] sums) {
        int length = samples.length;
        System.arraycopy(samples, step, next, 0, length - step);
        System.arraycopy(samples, 2 * step, afterNext, 0, length - 2 * step);
        add(samples, next, afterNext, sums);
    }

    /** Adds in a loop of its own with one index for all arrays, since HotSpot vectorizes no other. */
    private static void add(float[] first, float[] second, float[] third, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = first[i] + second[i] + third[i];
        }
    }

    private static void eighthPowers(float[] narrow, float[] wide, float[] inside, float[] powers) {
        for (int i = 0; i < powers.length; i++) {
            float difference = (narrow[i] * PER_WINDOW - wide[i] * (PER_WINDOW / 9)) * inside[i];
            float square = difference * difference;
            powers[i] = square * square * (square * square);
        }
    }

    /** Computes the lightest, darkest and mean sample of the blocks of 2 x 2 pixels. */
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
        float perLight = perRange * FINE_LIGHTS;
        float perEvenness = perRange * FINE_RANGES;
        for (int block = 0; block < mean.length; block++) {
            int light = Math.min((int) ((mean[block] - low) * perLight), FINE_LIGHTS - 1);
            int range = Math.min((int) ((lightest[block] - darkest[block]) * perEvenness), FINE_RANGES - 1);
            counts[block % TURNS * description.length + cells + light * FINE_RANGES + range]++;
        }
    }

    /** Counts blocks of 4 x 4 pixels, which overlap by half; each consists of four measured blocks of 2 x 2. */
    private void coarse(float low, float perRange, int cells) {
        float perLight = perRange * LIGHTS;
        float perEvenness = perRange * RANGES;
        for (int y = 0; y + 1 < blockRows; y++) {
            for (int x = 0; x + 1 < blockColumns; x++) {
                int block = y * blockColumns + x;
                int below = block + blockColumns;
                float dark = Math.min(
                        Math.min(darkest[block], darkest[block + 1]), Math.min(darkest[below], darkest[below + 1]));
                float bright = Math.max(
                        Math.max(lightest[block], lightest[block + 1]), Math.max(lightest[below], lightest[below + 1]));
                float middle = (mean[block] + mean[block + 1] + (mean[below] + mean[below + 1])) * 0.25f;
                int light = Math.min((int) ((middle - low) * perLight), LIGHTS - 1);
                int range = Math.min((int) ((bright - dark) * perEvenness), RANGES - 1);
                counts[x % TURNS * description.length + cells + light * RANGES + range]++;
            }
        }
    }

    private static double variance(float[] plane, float mean) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < plane.length; i += 4) {
            a += (plane[i] - mean) * (plane[i] - mean);
            b += (plane[i + 1] - mean) * (plane[i + 1] - mean);
            c += (plane[i + 2] - mean) * (plane[i + 2] - mean);
            d += (plane[i + 3] - mean) * (plane[i + 3] - mean);
        }
        for (; i < plane.length; i++) {
            a += (plane[i] - mean) * (plane[i] - mean);
        }
        return ((double) a + b + c + d) / plane.length;
    }

    /** Sums in four parts, so that no addition waits for the one before. */
    private static double sum(float[] values) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < values.length; i += 4) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < values.length; i++) {
            a += values[i];
        }
        return (double) a + b + c + d;
    }

    private static float least(float[] values) {
        float a = Float.POSITIVE_INFINITY;
        float b = a;
        int i = 0;
        for (; i + 1 < values.length; i += 2) {
            a = values[i] < a ? values[i] : a;
            b = values[i + 1] < b ? values[i + 1] : b;
        }
        return Math.min(Math.min(a, b), values[values.length - 1]);
    }

    private static float most(float[] values) {
        float a = Float.NEGATIVE_INFINITY;
        float b = a;
        int i = 0;
        for (; i + 1 < values.length; i += 2) {
            a = values[i] > a ? values[i] : a;
            b = values[i + 1] > b ? values[i + 1] : b;
        }
        return Math.max(Math.max(a, b), values[values.length - 1]);
    }
}
