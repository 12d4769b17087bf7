package io.twinstream.deploy.acceptance.galleries;

import java.util.Arrays;

/** Finds the best references of each probe in double precision, in the formula's own terms. */
final class DoubleSearch {
    private static final int AT_ONCE = 512;

    private final float[] weights;
    private final float bias;
    private final float[][] references;

    DoubleSearch(float[] weights, float bias, float[][] references) {
        this.weights = weights;
        this.bias = bias;
        this.references = references;
    }

    double score(float[] probe, int reference) {
        double sum = bias;
        for (int d = 0; d < weights.length; d++) {
            sum += weights[d] * Math.abs((double) probe[d] - references[reference][d]);
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** Returns the logits of each probe's best references, best first. */
    double[][] best(float[][] probes, int most) {
        double[][] best = new double[probes.length][most];
        for (double[] each : best) {
            Arrays.fill(each, Double.NEGATIVE_INFINITY);
        }
        double[][] rows = new double[weights.length][AT_ONCE];
        double[] sums = new double[AT_ONCE];
        for (int from = 0; from < references.length; from += AT_ONCE) {
            int count = Math.min(AT_ONCE, references.length - from);
            for (int i = 0; i < count; i++) {
                for (int d = 0; d < weights.length; d++) {
                    rows[d][i] = references[from + i][d];
                }
            }
            for (int p = 0; p < probes.length; p++) {
                Arrays.fill(sums, bias);
                for (int d = 0; d < weights.length; d++) {
                    add(weights[d], probes[p][d], rows[d], sums);
                }
                for (int i = 0; i < count; i++) {
                    enter(best[p], sums[i]);
                }
            }
        }
        return best;
    }

    private static void add(double weight, double value, double[] row, double[] sums) {
        for (int i = 0; i < AT_ONCE; i++) {
            sums[i] += weight * Math.abs(value - row[i]);
        }
    }

    private static void enter(double[] best, double logit) {
        int place = best.length;
        while (place > 0 && logit > best[place - 1]) {
            place--;
        }
        if (place < best.length) {
            System.arraycopy(best, place, best, place + 1, best.length - place - 1);
            best[place] = logit;
        }
    }
}
