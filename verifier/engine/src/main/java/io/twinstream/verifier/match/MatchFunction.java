package io.twinstream.verifier.match;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.MatcherWeights;
import java.util.Arrays;

/**
 * A match function computes the match score of two embeddings: {@code sigmoid(sum(weights * |a - b|) + bias)} (Koch et
 * al. 2015, section 3.1). It always sums in the same order, whatever is compared beside, so that a verdict can be
 * computed again to the bit. Immutable.
 *
 * <p>Maintainers: embeddings are <em>folded</em> before they are compared, that is multiplied by the weights without
 * their signs, and sorted so that the components that count against a match come first; each of the two kinds is filled
 * up with zeros to a multiple of three. A logit is then a sum of plain distances, negated where the first kind ends.
 * Sums of three components are added at a time, as many as HotSpot's C2 of Java 17 vectorizes under every collector.
 */
public final class MatchFunction {
    /**
     * This is the number of references that are compared at a time. So many floats and an array's header fill 63 cache
     * lines, so that arrays allocated one after the other don't fall into the same part of the CPU's nearest cache.
     */
    public static final int TILE = 1004;

    /** This is the number of components that are added at a time. */
    private static final int GROUP = 3;
    /** This is the number of probes for which a group of a tile's rows stays in the CPU's nearest cache. */
    private static final int BLOCK = 8;

    private final float[] scales;
    private final int[] places;
    /** This is the index of a folded embedding from which on components count for a match. */
    private final int inFavour;

    private final int foldedLength;
    private final float bias;

    public MatchFunction(float[] weights, float bias) {
        int length = weights.length;
        this.bias = bias;
        this.scales = new float[length];
        this.places = new int[length];
        int against = 0;
        for (float weight : weights) {
            against += weight < 0 ? 1 : 0;
        }
        inFavour = groups(against);
        foldedLength = inFavour + groups(length - against);
        int nextAgainst = 0;
        int nextInFavour = inFavour;
        for (int d = 0; d < length; d++) {
            scales[d] = Math.abs(weights[d]);
            places[d] = weights[d] < 0 ? nextAgainst++ : nextInFavour++;
        }
    }

    public static MatchFunction of(ModelPackage model) {
        MatcherWeights learned = MatcherWeights.of(model);
        return new MatchFunction(learned.weights(), learned.bias());
    }

    /** Returns how many components an embedding has. */
    public int length() {
        return scales.length;
    }

    /** Returns how many components a folded embedding has. */
    public int foldedLength() {
        return foldedLength;
    }

    /** Returns the index of a folded embedding from which on components count for a match. */
    int inFavour() {
        return inFavour;
    }

    /** Returns the logit of two equal embeddings. */
    float bias() {
        return bias;
    }

    public double score(float[] a, float[] b) {
        return score(logit(a, b));
    }

    /** Returns the score of a logit; it rises strictly with the logit. */
    public static double score(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    public float logit(float[] a, float[] b) {
        return foldedLogit(fold(a), fold(b));
    }

    /** Returns the embedding in the form in which it is compared, {@code [foldedLength]}. */
    public float[] fold(float[] embedding) {
        float[] folded = new float[foldedLength];
        for (int d = 0; d < scales.length; d++) {
            folded[places[d]] = scales[d] * embedding[d];
        }
        return folded;
    }

    /** Returns the logit of two folded embeddings. */
    public float foldedLogit(float[] a, float[] b) {
        return add(a, b, inFavour, foldedLength, -add(a, b, 0, inFavour, 0)) + bias;
    }

    /**
     * Computes the logits of four pairs of folded embeddings, equal bit for bit to {@link #foldedLogit} of each. The CPU fetches and
     * adds them side by side.
     *
     * @param logits receives the four
     */
    void foldedLogits(float[][] a, float[][] b, float[] logits) {
        Arrays.fill(logits, 0);
        add(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3], 0, inFavour, logits);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = -logits[i];
        }
        add(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3], inFavour, foldedLength, logits);
        for (int i = 0; i < logits.length; i++) {
            logits[i] += bias;
        }
    }

    private static void add(
            float[] a0,
            float[] b0,
            float[] a1,
            float[] b1,
            float[] a2,
            float[] b2,
            float[] a3,
            float[] b3,
            int from,
            int to,
            float[] sums) {
        float sum0 = sums[0];
        float sum1 = sums[1];
        float sum2 = sums[2];
        float sum3 = sums[3];
        for (int d = from; d < to; d += GROUP) {
            sum0 += Math.abs(a0[d] - b0[d]) + Math.abs(a0[d + 1] - b0[d + 1]) + Math.abs(a0[d + 2] - b0[d + 2]);
            sum1 += Math.abs(a1[d] - b1[d]) + Math.abs(a1[d + 1] - b1[d + 1]) + Math.abs(a1[d + 2] - b1[d + 2]);
            sum2 += Math.abs(a2[d] - b2[d]) + Math.abs(a2[d + 1] - b2[d + 1]) + Math.abs(a2[d + 2] - b2[d + 2]);
            sum3 += Math.abs(a3[d] - b3[d]) + Math.abs(a3[d + 1] - b3[d + 1]) + Math.abs(a3[d + 2] - b3[d + 2]);
        }
        sums[0] = sum0;
        sums[1] = sum1;
        sums[2] = sum2;
        sums[3] = sum3;
    }

    private static float add(float[] a, float[] b, int from, int to, float before) {
        float sum = before;
        for (int d = from; d < to; d += GROUP) {
            sum += Math.abs(a[d] - b[d]) + Math.abs(a[d + 1] - b[d + 1]) + Math.abs(a[d + 2] - b[d + 2]);
        }
        return sum;
    }

    /**
     * Computes the logits of folded probes against the references of a tile, equal bit for bit to {@link #foldedLogit}
     * of each.
     *
     * @param rows the tile, {@code [foldedLength][TILE]}: component d of folded reference i is {@code rows[d][i]}
     * @param logits receives {@code [probes][TILE]}
     */
    public void logits(float[][] probes, float[][] rows, float[][] logits) {
        for (int first = 0; first < probes.length; first += BLOCK) {
            int end = Math.min(probes.length, first + BLOCK);
            for (int p = first; p < end; p++) {
                Arrays.fill(logits[p], 0);
            }
            add(probes, first, end, rows, 0, inFavour, logits);
            for (int p = first; p < end; p++) {
                negate(logits[p]);
            }
            add(probes, first, end, rows, inFavour, foldedLength, logits);
            for (int p = first; p < end; p++) {
                shift(logits[p], bias);
            }
        }
    }

    /**
     * Computes the logits of a folded probe against the embeddings of a column, equal bit for bit to {@link #foldedLogit} of each.
     *
     * @param rows the column, {@code [foldedLength][NumberColumns.WIDTH]}
     * @param logits receives {@code [NumberColumns.WIDTH]}
     */
    void logits(float[] probe, float[][] rows, float[] logits) {
        Arrays.fill(logits, 0);
        for (int d = 0; d < foldedLength; d += GROUP) {
            if (d == inFavour) {
                negate(logits);
            }
            addColumn(probe[d], probe[d + 1], probe[d + 2], rows[d], rows[d + 1], rows[d + 2], logits);
        }
        if (inFavour == foldedLength) {
            negate(logits);
        }
        shift(logits, bias);
    }

    /** Does for a column what the loop below does for a tile: C2 vectorizes a constant number of turns. */
    private static void addColumn(
            float probe0, float probe1, float probe2, float[] row0, float[] row1, float[] row2, float[] sums) {
        for (int i = 0; i < NumberColumns.WIDTH; i++) {
            sums[i] += Math.abs(probe0 - row0[i]) + Math.abs(probe1 - row1[i]) + Math.abs(probe2 - row2[i]);
        }
    }

    private static void add(float[][] probes, int first, int end, float[][] rows, int from, int to, float[][] sums) {
        for (int d = from; d < to; d += GROUP) {
            float[] row0 = rows[d];
            float[] row1 = rows[d + 1];
            float[] row2 = rows[d + 2];
            for (int p = first; p < end; p++) {
                float[] probe = probes[p];
                add(probe[d], probe[d + 1], probe[d + 2], row0, row1, row2, sums[p]);
            }
        }
    }

    /**
     * Adds three components in a loop that C2 vectorizes: a constant number of turns, and the same index of all arrays.
     */
    private static void add(
            float probe0, float probe1, float probe2, float[] row0, float[] row1, float[] row2, float[] sums) {
        for (int i = 0; i < TILE; i++) {
            sums[i] += Math.abs(probe0 - row0[i]) + Math.abs(probe1 - row1[i]) + Math.abs(probe2 - row2[i]);
        }
    }

    private static void negate(float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = -sums[i];
        }
    }

    private static void shift(float[] sums, float by) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += by;
        }
    }

    private static int groups(int components) {
        return (components + GROUP - 1) / GROUP * GROUP;
    }
}
