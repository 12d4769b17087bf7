package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The error rates of verification over all thresholds (ISO/IEC 19795-1) follow from the scores of genuine and impostor
 * pairs. A pair matches where its score is at or above the threshold. Scores may be on any scale that rises with
 * likeness.
 */
public final class ErrorRates {
    static final int LEAST_FALSE_MATCHES = FmrTable.LEAST_FALSE_MATCHES;

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

    public int genuinePairs() {
        return genuine.length;
    }

    public int impostorPairs() {
        return impostor.length;
    }

    /** Returns the false match rate, the share of impostor pairs at or above the threshold, 0 to 1. */
    public double fmr(double threshold) {
        return 1 - (double) below(impostor, threshold) / impostor.length;
    }

    /** Returns the false non-match rate, the share of genuine pairs below the threshold, 0 to 1. */
    public double fnmr(double threshold) {
        return (double) below(genuine, threshold) / genuine.length;
    }

    /**
     * Returns the lowest threshold whose false match rate is at most the target; it lies halfway between two impostors.
     */
    public double threshold(double targetFmr) {
        int allowed = (int) (targetFmr * impostor.length);
        if (!(targetFmr > 0) || allowed >= impostor.length) {
            throw new IllegalArgumentException("the target FMR must lie between 0 and 1, was " + targetFmr);
        }
        double refused = impostor[impostor.length - 1 - allowed];
        double next = allowed == 0 ? refused : impostor[impostor.length - allowed];
        return Math.max(Math.nextUp(refused), (refused + next) / 2);
    }

    public double fnmrAtFmr(double targetFmr) {
        return fnmr(threshold(targetFmr));
    }

    /**
     * Returns the FNMR at a target FMR, or null where fewer than {@value #LEAST_FALSE_MATCHES} impostor pairs make the
     * target's share. By the rule of 30 (Doddington, ISO/IEC 19795-1 annex B) the true rate then may lie more than 30 %
     * off, with 90 % confidence.
     */
    public @Nullable Double measuredFnmrAtFmr(double targetFmr) {
        return targetFmr * impostor.length < LEAST_FALSE_MATCHES ? null : fnmrAtFmr(targetFmr);
    }

    /** Returns how many impostor pairs the FNMR at a target FMR needs to be measured. */
    public static long leastImpostorPairs(double targetFmr) {
        return Math.round(Math.ceil(LEAST_FALSE_MATCHES / targetFmr - 1e-6));
    }

    /** Returns the threshold with the least mean of both rates, halfway between two scores; of several the lowest. */
    public double bestThreshold() {
        double best = Math.min(genuine[0], impostor[0]);
        long least = (long) genuine.length * impostor.length;
        int refused = 0;
        int rejected = 0;
        while (refused < genuine.length || rejected < impostor.length) {
            double score = Math.min(at(genuine, refused), at(impostor, rejected));
            while (at(genuine, refused) == score) {
                refused++;
            }
            while (at(impostor, rejected) == score) {
                rejected++;
            }
            long errors = (long) refused * impostor.length + (long) (impostor.length - rejected) * genuine.length;
            if (errors < least) {
                least = errors;
                double next = Math.min(at(genuine, refused), at(impostor, rejected));
                best = next == Double.POSITIVE_INFINITY
                        ? Math.nextUp(score)
                        : Math.max(Math.nextUp(score), (score + next) / 2);
            }
        }
        return best;
    }

    /**
     * Returns points of the DET curve, with the FMR rising.
     *
     * @param most about how many, closer where the FMR is small
     */
    public List<DetPoint> det(int most) {
        List<DetPoint> points = new ArrayList<>();
        double step = Math.pow(impostor.length, 1.0 / most);
        for (double next = 1; next < impostor.length; next = Math.max(next + 1, next * step)) {
            double threshold = impostor[impostor.length - (int) next];
            points.add(new DetPoint(fmr(threshold), fnmr(threshold)));
        }
        return points;
    }

    /** Returns the equal error rate, the mean of both rates at the lowest genuine score where FNMR has reached FMR. */
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

    private static double at(double[] sorted, int index) {
        return index < sorted.length ? sorted[index] : Double.POSITIVE_INFINITY;
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

    /**
     * A DET point has both error rates at one threshold, 0 to 1, on a detection error trade-off curve (ISO/IEC
     * 19795-1).
     */
    public record DetPoint(double fmr, double fnmr) {}
}
