package io.twinstream.trainer.evaluation;

import java.util.Arrays;

/**
 * The error rates of verification over all thresholds (ISO/IEC 19795-1), from the scores of genuine and impostor pairs. A
 * pair matches where its score is at or above the threshold. Scores may be on any scale that rises with likeness.
 */
public final class ErrorRates {
    private final double[] genuine;
    private final double[] impostor;

    public ErrorRates(double[] genuine, double[] impostor) {
        if (genuine.length == 0 || impostor.length == 0) {
            throw new IllegalArgumentException("error rates need genuine and impostor pairs, had %d and %d"
                    .formatted(genuine.length, impostor.length));
        }
        this.genuine = genuine.clone();
        this.impostor = impostor.clone();
        Arrays.sort(this.genuine);
        Arrays.sort(this.impostor);
    }

    int impostorPairs() {
        return impostor.length;
    }

    /** False match rate: the share of impostor pairs at or above the threshold. */
    double fmr(double threshold) {
        return 1 - (double) below(impostor, threshold) / impostor.length;
    }

    /** False non-match rate: the share of genuine pairs below the threshold. */
    double fnmr(double threshold) {
        return (double) below(genuine, threshold) / genuine.length;
    }

    /** The lowest threshold, halfway between two impostors, whose false match rate is at most the target. */
    double threshold(double targetFmr) {
        int allowed = (int) (targetFmr * impostor.length);
        if (!(targetFmr > 0) || allowed >= impostor.length) {
            throw new IllegalArgumentException("the target FMR must lie between 0 and 1, was " + targetFmr);
        }
        double refused = impostor[impostor.length - 1 - allowed];
        double next = allowed == 0 ? refused : impostor[impostor.length - allowed];
        return Math.max(Math.nextUp(refused), (refused + next) / 2);
    }

    double fnmrAtFmr(double targetFmr) {
        return fnmr(threshold(targetFmr));
    }

    /** Equal error rate: the mean of both rates at the lowest genuine score where FNMR has reached FMR. */
    public double equalErrorRate() {
        int low = 0;
        int high = genuine.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (fnmr(genuine[middle]) >= fmr(genuine[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return (fnmr(genuine[low]) + fmr(genuine[low])) / 2;
    }

    private static int below(double[] sorted, double threshold) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < threshold) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
