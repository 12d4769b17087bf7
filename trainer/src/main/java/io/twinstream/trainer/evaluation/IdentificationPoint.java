package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.match.Thresholds.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An identification point has the errors of open-set identification at one size of the gallery and one target (ISO/IEC
 * 19795-1).
 *
 * @param impostors the impostors on which the table was measured that the threshold comes from
 * @param withinGroup true where each gallery holds subjects of one group, to which the strangers belong too
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
        Impostors impostors,
        boolean withinGroup,
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
     * Searches galleries of all sizes that the images allow, at the thresholds that the verifier would decide by. Where the images
     * have groups, galleries of one group each are searched too, by members of it.
     *
     * @param manifest the model's, whose tables thresholds come from
     */
    static List<IdentificationPoint> of(
            Comparer comparer, HeldOutImages images, Manifest manifest, IdentificationPlan plan)
            throws DatasetException {
        Map<Impostors, FmrTable> tables = ImpostorChoice.tables(manifest);
        IdentificationTrial mixed = IdentificationTrial.of(comparer, images, plan);
        List<IdentificationTrial> groups = IdentificationTrial.ofGroups(comparer, images, plan);
        List<IdentificationPoint> points =
                new ArrayList<>(of(List.of(mixed), mixed.gallerySizes(), false, tables, plan));
        points.addAll(of(groups, IdentificationTrial.gallerySizes(groups), true, tables, plan));
        return points;
    }

    /** Searches galleries at the thresholds of some tables. */
    static List<IdentificationPoint> of(
            List<IdentificationTrial> trials,
            int[] gallerySizes,
            boolean withinGroup,
            Map<Impostors, FmrTable> tables,
            IdentificationPlan plan) {
        List<IdentificationPoint> points = new ArrayList<>();
        tables.forEach((impostors, table) -> {
            for (int size : gallerySizes) {
                ErrorRates rates = IdentificationTrial.rates(trials, size);
                for (double target : plan.targetFpirs()) {
                    Threshold threshold = Thresholds.identification(table, target, size);
                    double logit = Scores.logit(threshold.score());
                    points.add(new IdentificationPoint(
                            impostors,
                            withinGroup,
                            size,
                            trials.stream()
                                    .mapToInt(trial -> trial.galleries(size))
                                    .sum(),
                            target,
                            threshold.score(),
                            rates.fmr(logit),
                            rates.fnmr(logit),
                            rates.measuredFnmrAtFmr(target),
                            rates.impostorPairs(),
                            rates.genuinePairs()));
                }
            }
        });
        return points;
    }
}
