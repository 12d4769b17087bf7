package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.verifier.match.Thresholds;
import java.util.ArrayList;
import java.util.List;

/** Errors of open-set identification by size of the gallery, at the thresholds that the verifier would decide by. */
final class IdentificationEvaluation {
    private IdentificationEvaluation() {}

    /**
     * Searches galleries of all sizes that the images allow.
     *
     * @param table the model's, which thresholds come from
     */
    static List<IdentificationPoint> of(
            Comparer comparer, HeldOutImages images, FmrTable table, IdentificationPlan plan) throws DatasetException {
        IdentificationTrial trial = IdentificationTrial.of(comparer, images, plan);
        List<IdentificationPoint> points = new ArrayList<>();
        for (int size : trial.gallerySizes()) {
            ErrorRates rates = trial.rates(size);
            for (double target : plan.targetFpirs()) {
                Thresholds.Threshold threshold = new Thresholds(table, table.highestFmr(), target).identification(size);
                double logit = Scores.logit(threshold.score());
                points.add(new IdentificationPoint(
                        size,
                        trial.galleries(size),
                        target,
                        threshold.score(),
                        rates.fmr(logit),
                        rates.fnmr(logit),
                        rates.measuredFnmrAtFmr(target),
                        rates.impostorPairs(),
                        rates.genuinePairs()));
            }
        }
        return points;
    }
}
