package io.twinstream.verifier.match;

import java.util.Arrays;
import java.util.List;

/**
 * A coding turns folded embeddings into rows of codes from 0 to {@value #MOST}, so that the distance of two embeddings is
 * about the step times the distance of their codes. It tells for each embedding how far at most that is wrong. Immutable.
 *
 * <p>Maintainers: one step serves all components, since a sum of distances has one unit. A component that spreads over more
 * than {@value #MOST} steps gets several rows, each for the next {@value #MOST} steps; one that spreads over a step or less gets
 * none. Learned weights differ by orders of magnitude, so that both happen in every model.
 *
 * <p>The bound: an embedding x stands for its codes' embedding x', and its error is {@code e(x) = sum(|x - x'|)}. In each
 * component {@code ||a - b| - |a' - b'|| <= |a - a'| + |b - b'|}, and {@code |a' - b'|} is exactly the step times the distance of
 * the codes. So the logit in real numbers differs by at most {@code e(a) + e(b)} from {@code bias - step * distance}, where
 * components in favour count negatively in the distance. Values beyond the range that the step was chosen for are coded as the
 * range's end, and their error holds all that is cut off, so the bound holds for whatever is enrolled later.
 *
 * <p>{@link MatchFunction#foldedLogit} rounds. Each distance in it goes through at most {@code groups + 4} roundings, each of
 * which changes it by a part of 2^-24 at most: additions and subtractions of floats are exact where the result is subnormal. So
 * it differs from the sum in real numbers by at most {@code roundings * (sum(|a - b|) + |bias|)}, which is bounded by codes and
 * errors as well. Sums can't overflow, since embeddings with larger values than {@link #largest} aren't coded.
 */
final class Coding {
    static final int MOST = 127;

    /** The error of an embedding that can't be coded, in steps: it is always compared exactly. */
    static final int UNBOUNDED = 1 << 30;

    /** The largest limit of a distance; every distance of coded embeddings is within it. */
    static final int NO_LIMIT = 1 << 28;

    /** Rows are added in pairs. */
    private static final int PAIR = 2;

    /** A step is at least this part of the largest value, so that double precision computes errors to a small part of a step. */
    private static final double LEAST_STEP = 0x1p-30;

    private static final double ROUNDING = 0x1p-24;
    /** Covers that bounds are themselves computed in double precision. */
    private static final double MARGIN = 1 + 0x1p-30;

    private static final int BISECTIONS = 24;
    /** Fewer rows are taken if the step grows by no more than this. */
    private static final double SAVING = 2;

    private final MatchFunction function;
    private final double step;
    private final double stepsPerUnit;
    private final double largest;
    private final double roundings;
    /** By component: the value of code 0. */
    private final double[] lows;
    /** By component: the first of its rows. */
    private final int[] firstRows;
    /** By component: the highest code of its rows together, which is 0 for one without rows. */
    private final int[] highest;

    private final int inFavour;
    private final int rows;

    private Coding(MatchFunction function, Ranges ranges, double step) {
        int length = function.foldedLength();
        this.function = function;
        this.step = step;
        this.stepsPerUnit = 1 / step;
        this.largest = largest(length);
        this.roundings = (length / 3.0 + 5) * ROUNDING * 1.01;
        this.lows = new double[length];
        this.firstRows = new int[length];
        this.highest = new int[length];
        int next = 0;
        int against = 0;
        for (int d = 0; d <= length; d++) {
            if (d == function.inFavour()) {
                next += next % PAIR;
                against = next;
            }
            if (d < length) {
                int count = ranges.rows(d, step);
                firstRows[d] = next;
                highest[d] = MOST * count;
                lows[d] = count == 0 ? ranges.middle(d) : ranges.low(d) - spare(ranges, d) * step;
                next += count;
            }
        }
        this.inFavour = against;
        // With no rows at all kernels would have nothing to begin with.
        this.rows = Math.max(PAIR, next + next % PAIR);
    }

    /** Returns how many codes remain below the component's lowest value, where its range lies amid the codes. */
    private double spare(Ranges ranges, int d) {
        return Math.floor((highest[d] - ranges.width(d) / step) / 2);
    }

    /**
     * Chooses a coding for references like some folded ones. It has at most as many rows as an embedding has components.
     *
     * @param sample at least one
     */
    static Coding of(MatchFunction function, List<float[]> sample) {
        Ranges ranges = Ranges.of(sample, function.foldedLength());
        int length = function.foldedLength();
        double fine = ranges.step(length);
        double coarse = ranges.step(length - length / 4);
        return new Coding(function, ranges, coarse <= SAVING * fine ? coarse : fine);
    }

    /** Returns the largest value that is coded: no sum of so many distances overflows. */
    private static double largest(int length) {
        return Float.MAX_VALUE / (8.0 * Math.max(1, length));
    }

    /** Returns whether a folded embedding has numbers that can be coded. */
    static boolean codes(float[] folded) {
        double most = largest(folded.length);
        for (float value : folded) {
            // What isn't a number is neither smaller nor larger.
            if (!(Math.abs(value) <= most)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of rows, an even one. */
    int rows() {
        return rows;
    }

    /** Returns the row from which on components count for a match, an even one. */
    int inFavour() {
        return inFavour;
    }

    /** Returns the value of a step, which is what a difference of codes by one stands for. */
    double step() {
        return step;
    }

    /**
     * Writes the codes of a folded embedding.
     *
     * @param codes receives {@code [rows]}
     * @return the error of the codes, or infinity if none is known
     */
    double encode(float[] folded, byte[] codes) {
        Arrays.fill(codes, (byte) 0);
        double error = 0;
        double largestValue = 0;
        for (int d = 0; d < folded.length; d++) {
            double value = folded[d];
            // Which code is taken may be rounded, since the error is that of the code.
            double place = (value - lows[d]) * stepsPerUnit + 0.5;
            int code = place < highest[d] ? Math.max(0, (int) place) : highest[d];
            error += Math.abs(value - (lows[d] + code * step));
            largestValue = Math.max(largestValue, Math.abs(value));
            for (int row = firstRows[d]; code > 0; row++) {
                codes[row] = (byte) Math.min(MOST, code);
                code -= MOST;
            }
        }
        // Not a number is neither smaller nor larger.
        return largestValue <= largest ? error * MARGIN : Double.POSITIVE_INFINITY;
    }

    /** Returns the sum of codes, those in favour of a match counted negatively. */
    int sum(byte[] codes) {
        int sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += row < inFavour ? codes[row] : -codes[row];
        }
        return sum;
    }

    /** Returns the error of a reference's codes in steps, rounded up. */
    int errorSteps(double error) {
        double steps = Math.ceil(error * (1 + roundings) / step) + 1;
        return steps < NO_LIMIT ? (int) steps : UNBOUNDED;
    }

    /**
     * Returns the limit that the distance of a probe's and a reference's codes, less the reference's error in steps, doesn't
     * exceed if the logit is at least a given one.
     *
     * @param error the error of the probe's codes
     */
    int limit(double error, float logit) {
        double steps = Math.floor((function.bias() - logit + slack(error)) / step) + 2;
        // A bias that might let sums overflow has no limit, and what isn't a number has none either.
        if (!(hasLimits() && steps < NO_LIMIT)) {
            return NO_LIMIT;
        }
        return (int) Math.max(-NO_LIMIT, steps);
    }

    /**
     * Returns a logit that is at least that of a reference, the other way round.
     *
     * @param error the error of the probe's codes
     * @param distance that of the codes, less the reference's error in steps
     */
    float most(double error, int distance) {
        double slack = slack(error);
        double distances = (distance - 2.0) * step;
        double most = function.bias() + slack - distances;
        double rounded = (Math.abs(function.bias()) + slack + Math.abs(distances)) * (MARGIN - 1);
        // The error of a reference that can't be coded is below any distance.
        return hasLimits() && distance > -NO_LIMIT ? Math.nextUp((float) (most + rounded)) : Float.POSITIVE_INFINITY;
    }

    private boolean hasLimits() {
        return Math.abs(function.bias()) <= Float.MAX_VALUE / 4;
    }

    private double slack(double error) {
        double distances = MOST * (double) rows * step;
        return (error * (1 + roundings) + roundings * (distances + Math.abs((double) function.bias()))) * MARGIN;
    }

    /**
     * Ranges tell where the values of components lie, in a sample of references. The outermost values of a larger sample don't
     * count, so that a few odd references don't coarsen the codes of all.
     */
    private record Ranges(float[] lows, float[] highs) {
        private static final int PART_OF_ODD = 32;

        static Ranges of(List<float[]> sample, int length) {
            float[] lows = new float[length];
            float[] highs = new float[length];
            float[] values = new float[sample.size()];
            float[] outermost = new float[values.length / PART_OF_ODD + 1];
            for (int d = 0; d < length; d++) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = sample.get(i)[d];
                }
                lows[d] = -greatest(values, -1, outermost);
                highs[d] = greatest(values, 1, outermost);
            }
            return new Ranges(lows, highs);
        }

        /**
         * Returns the last of the greatest values once they were multiplied by a sign. Sorting them all takes ten times as long, and
         * every tile of a gallery does this.
         *
         * @param outermost receives the greatest ones, in descending order
         */
        private static float greatest(float[] values, int sign, float[] outermost) {
            Arrays.fill(outermost, Float.NEGATIVE_INFINITY);
            int last = outermost.length - 1;
            for (float each : values) {
                float value = sign * each;
                if (value > outermost[last]) {
                    int place = last;
                    while (place > 0 && value > outermost[place - 1]) {
                        outermost[place] = outermost[place - 1];
                        place--;
                    }
                    outermost[place] = value;
                }
            }
            return outermost[last];
        }

        double low(int d) {
            return lows[d];
        }

        double width(int d) {
            return (double) highs[d] - lows[d];
        }

        double middle(int d) {
            return ((double) highs[d] + lows[d]) / 2;
        }

        /** Returns how many rows a component takes with a step. */
        int rows(int d, double step) {
            return width(d) <= step ? 0 : (int) Math.ceil(width(d) / (MOST * step));
        }

        /** Returns the smallest step with which all components take at most so many rows. */
        double step(int most) {
            double widest = 0;
            double largest = Float.MIN_VALUE;
            for (int d = 0; d < lows.length; d++) {
                widest = Math.max(widest, width(d));
                largest = Math.max(largest, Math.max(Math.abs(lows[d]), Math.abs(highs[d])));
            }
            double least = largest * LEAST_STEP;
            // With a step as wide as the widest component no component takes a row.
            double large = Math.max(least, widest);
            double small = Math.max(least, widest / ((double) MOST * Math.max(1, most)) / 2);
            for (int i = 0; i < BISECTIONS && small < large; i++) {
                double middle = Math.sqrt(small) * Math.sqrt(large);
                if (rows(middle) <= most) {
                    large = middle;
                } else {
                    small = middle;
                }
            }
            return large;
        }

        private long rows(double step) {
            long rows = 0;
            for (int d = 0; d < lows.length; d++) {
                rows += rows(d, step);
            }
            return rows;
        }
    }
}
