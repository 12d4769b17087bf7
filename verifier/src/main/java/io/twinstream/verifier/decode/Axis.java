package io.twinstream.verifier.decode;

/**
 * The weights that resample one axis: for each target position the first source position and the shares of it and
 * those that follow, which sum to 1. Shrinking averages the covered area, so that no thin stroke falls between two
 * samples; enlarging interpolates linearly between centres.
 */
final class Axis {
    final int source;
    final int[] first;
    final float[][] weights;

    Axis(int source, int target) {
        this.source = source;
        this.first = new int[target];
        this.weights = new float[target][];
        for (int i = 0; i < target; i++) {
            if (source >= target) {
                area(i, (double) source / target);
            } else {
                linear(i, (double) source / target);
            }
        }
    }

    private void area(int i, double ratio) {
        double from = i * ratio;
        double to = Math.min(source, (i + 1) * ratio);
        first[i] = (int) from;
        int last = Math.min(source - 1, (int) Math.ceil(to) - 1);
        weights[i] = new float[last - first[i] + 1];
        for (int s = first[i]; s <= last; s++) {
            weights[i][s - first[i]] = (float) ((Math.min(to, s + 1) - Math.max(from, s)) / (to - from));
        }
    }

    private void linear(int i, double ratio) {
        double centre = Math.max(0, (i + 0.5) * ratio - 0.5);
        first[i] = Math.min(source - 1, (int) centre);
        float part = (float) (centre - first[i]);
        weights[i] = first[i] + 1 < source ? new float[] {1 - part, part} : new float[] {1};
    }
}
