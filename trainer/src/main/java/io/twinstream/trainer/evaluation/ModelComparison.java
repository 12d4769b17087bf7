package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DatasetException;

/** Two model packages on the same pairs of held-out images, each at its own best threshold of the other half. */
public record ModelComparison(VerificationEvaluation candidate, VerificationEvaluation serving) {

    /** Measures both, at one view, as they serve. */
    public static ModelComparison of(ModelPackage candidate, ModelPackage serving, HeldOutImages images, PairPlan plan)
            throws DatasetException {
        PairSample sample = PairSample.draw(images, plan);
        return new ModelComparison(evaluate(candidate, sample), evaluate(serving, sample));
    }

    /** By how much the candidate's accuracy is below the serving model's; negative where it is above. */
    public double accuracyLost() {
        return serving.accuracy() - candidate.accuracy();
    }

    /** By how much the candidate's equal error rate is above the serving model's; negative where it is below. */
    public double eerGained() {
        return candidate.rates().equalErrorRate() - serving.rates().equalErrorRate();
    }

    private static VerificationEvaluation evaluate(ModelPackage model, PairSample sample) {
        try (ModelComparer comparer = ModelComparer.open(model, 1)) {
            return VerificationEvaluation.of(
                    comparer, sample.withChannels(model.manifest().input().channels()));
        }
    }
}
