package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model's own threshold for a false match rate does on other images: how far its promise carries.
 *
 * @param targetFmr what the manifest's table promises
 * @param threshold match score
 * @param fmr measured
 * @param fnmr measured
 */
public record OperatingPoint(double targetFmr, double threshold, double fmr, double fnmr) {

    /**
     * At each target that the table reaches.
     *
     * @param rates over match logits
     */
    static List<OperatingPoint> of(FmrTable table, ErrorRates rates, List<Double> targets) {
        List<OperatingPoint> points = new ArrayList<>();
        for (double target : targets) {
            if (target >= table.lowestFmr()) {
                double threshold = table.threshold(target);
                double logit = Scores.logit(threshold);
                points.add(new OperatingPoint(target, threshold, rates.fmr(logit), rates.fnmr(logit)));
            }
        }
        return points;
    }
}
