package io.twinstream.trainer.evaluation;

import java.util.List;

/**
 * The plan says how open-set identification is tried.
 *
 * @param strangers share of the subjects that are never enrolled, above 0 and below 1
 * @param seed the seed that decides who is a stranger and which image is enrolled
 * @param targetFpirs false-positive identification rates to decide at, as an operator sets them
 */
public record IdentificationPlan(double strangers, long seed, List<Double> targetFpirs) {
    public static final double DEFAULT_STRANGERS = 0.5;

    public IdentificationPlan {
        if (!(strangers > 0 && strangers < 1)) {
            throw new IllegalArgumentException("the share of strangers must lie between 0 and 1, was " + strangers);
        }
        targetFpirs = List.copyOf(targetFpirs);
        for (double target : targetFpirs) {
            if (!(target > 0 && target < 1)) {
                throw new IllegalArgumentException("a target FPIR must lie between 0 and 1, was " + target);
            }
        }
    }
}
