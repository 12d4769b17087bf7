package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.verifier.match.Thresholds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An identification point has the errors of open-set identification at one size of the gallery and one target (ISO/IEC
 * 19795-1).
 *
 * @param gallerySize subjects enrolled, with one reference each
 * @param galleries galleries of that size that were searched, with no subject in common
 * @param targetFpir the FPIR that an operator sets
 * @param threshold match score that the model's FMR table gives for it
 * @param fpir false-positive identification rate: searches by strangers whose best candidate reached the threshold
 * @param fnir false-negative identification rate: searches by those enrolled whose best candidate was somebody else or
 *     stayed below the threshold
 * @param fnirAtFpir FNIR at the threshold that keeps these very strangers at the target; null where too few of them were
 *     searched for
 * @param strangerSearches searches that FPIR is a share of
 * @param matedSearches searches that FNIR is a share of
 */
public record IdentificationPoint(
        int gallerySize,
        int galleries,
        double targetFpir,
        double threshold,
        double fpir,
        double fnir,
        @Nullable Double fnirAtFpir,
        int strangerSearches,
        int matedSearches) {
    /**
     * Searches galleries of all sizes that the images allow, at the thresholds that the verifier would decide by.
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
