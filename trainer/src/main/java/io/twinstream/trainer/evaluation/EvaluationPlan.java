package io.twinstream.trainer.evaluation;

import io.twinstream.verifier.preprocess.Views;

/**
 * How a model is measured.
 *
 * @param views of each probe that a score is averaged over, 1 to {@link Views#MOST}; 1 is how the verifier serves
 * @param baselines whether those that learn nothing are measured beside it
 */
public record EvaluationPlan(PairPlan pairs, IdentificationPlan identification, int views, boolean baselines) {
    public EvaluationPlan {
        Views.requireCount(views);
    }
}
