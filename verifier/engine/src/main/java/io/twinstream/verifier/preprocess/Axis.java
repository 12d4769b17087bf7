package io.twinstream.verifier.preprocess;

/**
 * The weights that resample one axis: for each target position the first source position and the shares of it and
 * those that follow, which sum to 1. Shrinking averages the covered area, so that no thin stroke falls between two
 * samples; enlarging interpolates linearly between centres.
 *
 * <p>Maintainers: weights are stored by tap, {@code weights[tap][target]}, and padded with zeros to the same number of
 * taps, so that the inner loops are long and have no end of their own for each target.
 */
final class Axis {
    final int source;
    final int[] first;
    final float[][] weights;

    Axis(int source, int target) {
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

    /** Source positions that a target may ask for behind its first one. */
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
