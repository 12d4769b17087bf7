package io.twinstream.verifier.inference;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.Arrays;

/**
 * Input features measure how much structure one input of a model shows, and describe its blocks. They ignore places and
 * shapes, so that a character of an unknown alphabet is described like those of known ones. What is asked for is computed
 * then, so that an input which shows enough at first sight costs little. Allocates nothing after construction; for one
 * thread.
 *
 * <p>Maintainers: everything is computed on one plane for each channel, of about {@value #SIDE} pixels each way; larger
 * inputs are shrunk by a whole factor. Windows of {@value #WINDOW} pixels and of three times that are sums of whole
 * rows, and blocks are combined from whole planes and copies moved by a pixel or a row, all of which HotSpot vectorizes.
 */
public final class InputFeatures {
    /** This is the version of the description, as {@link io.twinstream.schemas.modelpackage.InputDomain} names it. */
    public static final int DESCRIPTION = 1;

    private static final int SIDE = 48;
    private static final int WINDOW = 3;
    /** Pixels that the wider window reaches from its centre. */
    private static final int REACH = (3 * WINDOW - 1) / 2;

    private static final float PER_WINDOW = 1f / (WINDOW * WINDOW);

    /** A third of the rows, in the middle of the plane, are looked at first. */
    private static final int BANDS = 3;
    /** What a part shows must be more than enough by this, since sums of floats in another order differ in the last digits. */
    private static final double SURELY = 1.001;

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
    private final float[][] planes;
    private final Windows windows;
    private final Windows bandWindows;
    private final Blocks[] fine;
    private final Combiner ofPixels;
    private final Combiner ofBlocks;
    private final float[] description;
    /**
     * Holds the counts of cells in {@value #TURNS} copies that neighbouring blocks use in turn. Neighbours are often
     * alike, and adding to one number twice would wait for the first addition.
     */
    private final int[] counts;

    public InputFeatures(InputSpec spec) {
        this.spec = spec;
        this.factor = Math.max(1, Math.round(Math.min(spec.width(), spec.height()) / (float) SIDE));
        this.width = spec.width() / factor;
        this.height = spec.height() / factor;
        this.planes = new float[spec.channels()][width * height];
        this.windows = new Windows(width, height, height);
        this.bandWindows = new Windows(width, height, (height + BANDS - 1) / BANDS);
        int columns = width / 2;
        int rows = height / 2;
        this.fine = new Blocks[spec.channels()];
        for (int channel = 0; channel < fine.length; channel++) {
            fine[channel] = new Blocks(columns * rows);
        }
        this.ofPixels = new Combiner(width, width * height);
        this.ofBlocks = new Combiner(columns, columns * rows);
        this.description = new float[cells(spec)];
        this.counts = new int[TURNS * description.length];
    }

    /** Returns how many numbers a description has. */
    public static int cells(InputSpec spec) {
        return CHANNEL_CELLS * spec.channels();
    }

    /**
     * Takes an input, for {@link #contrast}, {@link #spread}, {@link #level} and {@link #describe}.
     *
     * @param inputs the embedder's inputs, {@code [n][channels][height][width]}
     * @param at the index where the input begins
     */
    public void measure(float[] inputs, int at) {
        for (int channel = 0; channel < planes.length; channel++) {
            shrink(inputs, at + channel * spec.width() * spec.height(), planes[channel]);
        }
    }

    /**
     * Returns how far windows of 3 x 3 pixels differ from the 9 x 9 around them, 0 to 1. It is the eighth root of the
     * mean of the eighth powers, of the channel where that is largest. Few strokes count like many; uneven light and
     * single hot pixels count little, and noise by a third.
     */
    public double contrast() {
        double contrast = 0;
        for (float[] plane : planes) {
            contrast = Math.max(contrast, Math.pow(windows.powers(plane, 0) / (width * height), 1.0 / 8));
        }
        return contrast;
    }

    /**
     * Returns true if a third of the input alone shows that its contrast is at least so much. This is a third of the work of
     * {@link #contrast}, which says what there is if the answer is false.
     */
    public boolean surelyHasContrast(double least) {
        double square = least * least;
        double powers = SURELY * width * height * (square * square) * (square * square);
        for (float[] plane : planes) {
            if (bandWindows.powers(plane, (height - bandWindows.rows) / 2) >= powers) {
                return true;
            }
        }
        return false;
    }

    /** Returns the standard deviation of the samples within a channel. */
    public double spread() {
        double variances = 0;
        for (float[] plane : planes) {
            variances += variance(plane, (float) (sum(plane) / plane.length));
        }
        return Math.sqrt(variances / planes.length);
    }

    /** Returns the mean of the samples, 0 to 1. */
    public double level() {
        double levels = 0;
        for (float[] plane : planes) {
            levels += sum(plane) / plane.length;
        }
        return levels / planes.length;
    }

    /**
     * Describes the input that was taken last. For each channel it counts the blocks of 4 x 4 and of 2 x 2 pixels by
     * lightness and evenness, scaled to the range from the input's darkest to its lightest pixel. Returns a unit vector
     * that the next call overwrites.
     */
    public float[] describe() {
        // Blocks of 2 x 2 leave the last row or column of an odd number out.
        boolean whole = width % 2 == 0 && height % 2 == 0;
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int channel = 0; channel < planes.length; channel++) {
            blocks(planes[channel], fine[channel]);
            low = Math.min(low, least(whole ? fine[channel].darkest : planes[channel]));
            high = Math.max(high, most(whole ? fine[channel].lightest : planes[channel]));
        }
        float perRange = 1 / Math.max(high - low, LEAST_RANGE);
        Arrays.fill(counts, 0);
        for (int channel = 0; channel < planes.length; channel++) {
            int cells = channel * CHANNEL_CELLS;
            countFine(fine[channel], low, perRange, cells + COARSE_CELLS);
            countCoarse(fine[channel], low, perRange, cells);
        }
        // Both kinds of blocks of all channels weigh the same.
        float parts = 2f * planes.length;
        int columns = width / 2;
        int rows = height / 2;
        float perFine = 1f / Math.max(1, columns * rows);
        float perCoarse = 1f / Math.max(1, (columns - 1) * (rows - 1));
        for (int cell = 0; cell < description.length; cell++) {
            int count = 0;
            for (int turn = 0; turn < TURNS; turn++) {
                count += counts[turn * description.length + cell];
            }
            float share = count * (cell % CHANNEL_CELLS < COARSE_CELLS ? perCoarse : perFine);
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

    /** Computes the lightest, darkest and mean sample of the blocks of 2 x 2 pixels. */
    private void blocks(float[] plane, Blocks blocks) {
        ofPixels.combine(plane, plane, plane);
        int block = 0;
        for (int y = 0; y < height / 2; y++) {
            int at = 2 * y * width;
            for (int x = 0; x < width / 2; x++, at += 2) {
                blocks.darkest[block] = ofPixels.low[at];
                blocks.lightest[block] = ofPixels.high[at];
                blocks.mean[block] = ofPixels.sum[at] * 0.25f;
                block++;
            }
        }
    }

    private void countFine(Blocks blocks, float low, float perRange, int cells) {
        float perLight = perRange * FINE_LIGHTS;
        float perEvenness = perRange * FINE_RANGES;
        for (int block = 0; block < blocks.mean.length; block++) {
            int light = Math.min((int) ((blocks.mean[block] - low) * perLight), FINE_LIGHTS - 1);
            int range =
                    Math.min((int) ((blocks.lightest[block] - blocks.darkest[block]) * perEvenness), FINE_RANGES - 1);
            counts[block % TURNS * description.length + cells + light * FINE_RANGES + range]++;
        }
    }

    /** Counts blocks of 4 x 4 pixels, which overlap by half; each consists of four measured blocks of 2 x 2. */
    private void countCoarse(Blocks blocks, float low, float perRange, int cells) {
        float perLight = perRange * LIGHTS;
        float perEvenness = perRange * RANGES;
        int columns = width / 2;
        ofBlocks.combine(blocks.darkest, blocks.lightest, blocks.mean);
        for (int y = 0; y + 1 < height / 2; y++) {
            for (int x = 0; x + 1 < columns; x++) {
                int block = y * columns + x;
                float middle = ofBlocks.sum[block] * 0.25f;
                int light = Math.min((int) ((middle - low) * perLight), LIGHTS - 1);
                int range = Math.min((int) ((ofBlocks.high[block] - ofBlocks.low[block]) * perEvenness), RANGES - 1);
                counts[x % TURNS * description.length + cells + light * RANGES + range]++;
            }
        }
    }

    /** Blocks are parts of a plane, each with its darkest, lightest and mean sample. */
    private static final class Blocks {
        final float[] darkest;
        final float[] lightest;
        final float[] mean;

        Blocks(int count) {
            darkest = new float[count];
            lightest = new float[count];
            mean = new float[count];
        }
    }

    /**
     * A combiner computes minima, maxima and sums of each sample and those to its right, below it, and below to its right.
     * What it computes for the last column and row means nothing.
     */
    private static final class Combiner {
        final float[] low;
        final float[] high;
        final float[] sum;
        private final int columns;
        private final float[] moved;

        Combiner(int columns, int samples) {
            this.columns = columns;
            this.low = new float[samples];
            this.high = new float[samples];
            this.sum = new float[samples];
            this.moved = new float[samples];
        }

        void combine(float[] lows, float[] highs, float[] summands) {
            minima(lows, moved(lows, 1), low);
            minima(low, moved(low, columns), low);
            maxima(highs, moved(highs, 1), high);
            maxima(high, moved(high, columns), high);
            sums(summands, moved(summands, 1), sum);
            sums(sum, moved(sum, columns), sum);
        }

        private float[] moved(float[] samples, int by) {
            System.arraycopy(samples, Math.min(by, samples.length), moved, 0, Math.max(0, samples.length - by));
            return moved;
        }

        private static void minima(float[] first, float[] second, float[] minima) {
            for (int i = 0; i < minima.length; i++) {
                minima[i] = Math.min(first[i], second[i]);
            }
        }

        private static void maxima(float[] first, float[] second, float[] maxima) {
            for (int i = 0; i < maxima.length; i++) {
                maxima[i] = Math.max(first[i], second[i]);
            }
        }

        private static void sums(float[] first, float[] second, float[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] = first[i] + second[i];
            }
        }
    }

    /** Windows measure the structure in some rows of a plane, all of them or a band. */
    private static final class Windows {
        final int rows;
        private final int width;
        private final int height;
        private final int paddedWidth;
        private final float[] padded;
        private final float[] narrow;
        private final float[] wide;
        private final float[] next;
        private final float[] afterNext;
        /** Is 1 where a window's centre is in the plane, and 0 at the seams between rows. */
        private final float[] inside;

        private final float[] powers;

        Windows(int width, int height, int rows) {
            this.rows = rows;
            this.width = width;
            this.height = height;
            this.paddedWidth = width + 2 * REACH;
            this.padded = new float[paddedWidth * (rows + 2 * REACH)];
            this.narrow = new float[padded.length];
            this.wide = new float[padded.length];
            this.next = new float[padded.length];
            this.afterNext = new float[padded.length];
            this.inside = new float[padded.length];
            for (int y = 0; y < rows; y++) {
                Arrays.fill(inside, y * paddedWidth, y * paddedWidth + width, 1);
            }
            this.powers = new float[inside.length];
        }

        /**
         * Returns the sum of the eighth powers of the differences of both windows, at every pixel of the rows.
         *
         * @param first the first of the rows
         */
        double powers(float[] plane, int first) {
            pad(plane, first);
            threes(padded, paddedWidth, narrow);
            threes(narrow, WINDOW * paddedWidth, wide);
            threes(narrow, 1, narrow);
            threes(wide, 1, wide);
            threes(wide, WINDOW, wide);
            int centre = (REACH - 1) * paddedWidth + REACH - 1;
            System.arraycopy(narrow, centre, next, 0, narrow.length - centre);
            eighthPowers(next, wide, inside, powers);
            return sum(powers);
        }

        /** Pads the rows by those around them, and the plane by repeating its edges. */
        private void pad(float[] plane, int first) {
            for (int y = 0; y < rows + 2 * REACH; y++) {
                int row = Math.min(Math.max(first + y - REACH, 0), height - 1) * width;
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
