package io.twinstream.verifier.match;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.MatcherWeights;

/**
 * The match score of two embeddings: {@code sigmoid(sum(weights * |a - b|) + bias)} (Koch et al. 2015, section 3.1).
 * Sums in the order of the components, always: a verdict can be computed again. Immutable.
 */
public final class MatchFunction {
    private final float[] weights;
    private final float bias;

    public MatchFunction(float[] weights, float bias) {
        this.weights = weights.clone();
        this.bias = bias;
    }

    public static MatchFunction of(ModelPackage model) {
        MatcherWeights learned = MatcherWeights.of(model);
        return new MatchFunction(learned.weights(), learned.bias());
    }

    /** Components of an embedding. */
    public int length() {
        return weights.length;
    }

    public double score(float[] a, float[] b) {
        return score(logit(a, b));
    }

    /** The score that belongs to a logit: strictly rising. */
    public static double score(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    public float logit(float[] a, float[] b) {
        float sum = 0;
        for (int d = 0; d < weights.length; d++) {
            sum += weights[d] * Math.abs(a[d] - b[d]);
        }
        return sum + bias;
    }

    /**
     * Logits of one probe against many references, equal bit for bit to {@link #logit(float[], float[])} of each.
     *
     * @param columns {@code [length][at least count]}: component d of reference i is {@code columns[d][i]}
     * @param logits receives {@code count} values
     */
    public void logits(float[] probe, float[][] columns, int count, float[] logits) {
        for (int i = 0; i < count; i++) {
            logits[i] = 0;
        }
        for (int d = 0; d < weights.length; d++) {
            add(weights[d], probe[d], columns[d], count, logits);
        }
        for (int i = 0; i < count; i++) {
            logits[i] += bias;
        }
    }

    /** A loop of its own, since HotSpot vectorizes it only where every array has the same index. */
    private static void add(float weight, float value, float[] column, int count, float[] logits) {
        for (int i = 0; i < count; i++) {
            logits[i] += weight * Math.abs(value - column[i]);
        }
    }
}
