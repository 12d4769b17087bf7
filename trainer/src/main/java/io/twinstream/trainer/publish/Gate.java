package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.settings.PublishingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a candidate with the serving version on the same held-out pairs, and lets it pass unless its equal error rate
 * or its FNMR at FMR 0.01 is higher by more than a margin. Where the candidate would serve at thresholds of look-alikes, the FNMR
 * is that at the FMR of look-alikes.
 *
 * @param eerMargin the most that the equal error rate may be higher, 0 to 1
 * @param fnmrMargin the most that the FNMR at FMR 0.01 may be higher, 0 to 1
 * @param impostors the impostors whose rates set the verifiers' thresholds
 */
public record Gate(double eerMargin, double fnmrMargin, ImpostorChoice impostors) {
    private static final String EER = "eer";
    private static final String FNMR = "fnmr@fmr=0.01";

    public static Gate of(PublishingSettings settings) {
        return new Gate(settings.eerMargin(), settings.fnmrMargin(), settings.impostors());
    }

    /**
     * Measures both models with the verifier's own code.
     *
     * @throws io.twinstream.trainer.dataset.DatasetException if the images can't be used or are too few
     */
    public GateDecision compare(ModelPackage candidate, ModelPackage serving, ValidationImages validation)
            throws IOException {
        return decide(
                impostors.inForce(candidate.manifest()),
                measures(candidate, validation),
                measures(serving, validation),
                ModelId.of(serving.manifest()));
    }

    /** Measures a candidate that is to be published whatever serves. */
    static GateDecision measured(ModelPackage candidate, ValidationImages validation, String reason)
            throws IOException {
        return notCompared(reason, measures(candidate, validation));
    }

    /** Lets a candidate pass that nobody has measured but its maker. */
    static GateDecision unmeasured(String reason) {
        return notCompared(reason, null);
    }

    private static GateDecision notCompared(String reason, @Nullable Map<String, Double> measured) {
        return new GateDecision(true, "not compared: " + reason, measured);
    }

    /** @param inForce the impostors whose rates would set the candidate's thresholds */
    GateDecision decide(
            Impostors inForce, Map<String, Double> candidate, Map<String, Double> serving, ModelId servingId) {
        List<String> faults = new ArrayList<>();
        List<String> figures = new ArrayList<>();
        weigh("EER", EER, eerMargin, candidate, serving, figures, faults);
        String fnmr = inForce.measure(FNMR);
        if (inForce == Impostors.LOOK_ALIKES && candidate.containsKey(fnmr) && serving.containsKey(fnmr)) {
            weigh("FNMR at FMR 0.01 among look-alikes", fnmr, fnmrMargin, candidate, serving, figures, faults);
        } else {
            weigh("FNMR at FMR 0.01", FNMR, fnmrMargin, candidate, serving, figures, faults);
        }
        String compared = "against %s on the same pairs: %s".formatted(servingId, String.join("; ", figures));
        return faults.isEmpty()
                ? new GateDecision(true, "passed " + compared, candidate)
                : new GateDecision(false, "refused %s: %s".formatted(compared, String.join("; ", faults)), candidate);
    }

    private static Map<String, Double> measures(ModelPackage model, ValidationImages validation) throws IOException {
        int channels = model.manifest().input().channels();
        return PairEvaluation.atOwnThresholds(model, validation.read(channels)).measures();
    }

    private static void weigh(
            String name,
            String measure,
            double margin,
            Map<String, Double> candidate,
            Map<String, Double> serving,
            List<String> figures,
            List<String> faults) {
        double own = candidate.getOrDefault(measure, Double.NaN);
        double other = serving.getOrDefault(measure, Double.NaN);
        figures.add("%s %s against %s".formatted(name, rate(own), rate(other)));
        if (!(own - other <= margin)) {
            faults.add("%s is worse by %s, %s is allowed".formatted(name, rate(own - other), rate(margin)));
        }
    }

    private static String rate(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /**
     * A decision is what the gate says of a candidate.
     *
     * @param line one line with the figures of both models, and by how much the candidate is worse; or why there are none
     * @param measured the candidate's measures on the validation images; null where none were named
     */
    public record GateDecision(
            boolean passed, String line, @Nullable Map<String, Double> measured) {

        /** Returns a line for each of the candidate's thresholds that does something else on the validation images. */
        List<String> warnings() {
            Map<String, Double> rates = measured == null ? Map.of() : measured;
            List<String> warnings = new ArrayList<>();
            for (Impostors each : List.of(Impostors.POOLED, Impostors.LOOK_ALIKES)) {
                for (double target : ThresholdBasis.TARGETS) {
                    String fmr = each.measure(ThresholdBasis.fmr(target));
                    double low = rates.getOrDefault(fmr + ThresholdBasis.LOW, target);
                    double high = rates.getOrDefault(fmr + ThresholdBasis.HIGH, target);
                    if (low > target || high < target / 2) {
                        warnings.add(
                                "its threshold for an FMR of %s%s gives %s on the validation images (95 %% interval %s to %s) and an FNMR of %s: 'twinstream calibrate' sets thresholds on such images"
                                        .formatted(
                                                ThresholdBasis.plain(target),
                                                each == Impostors.POOLED ? "" : " among look-alikes",
                                                ThresholdBasis.plain(rates.getOrDefault(fmr, target)),
                                                ThresholdBasis.plain(low),
                                                ThresholdBasis.plain(high),
                                                ThresholdBasis.plain(rates.getOrDefault(
                                                        each.measure(ThresholdBasis.fnmr(target)), 0.0))));
                    }
                }
            }
            return warnings;
        }
    }

    /** Validation images show classes that no model was trained on, and models are compared on them. */
    @FunctionalInterface
    public interface ValidationImages {
        /**
         * Reads the images.
         *
         * @param channels 1 for gray, 3 for RGB, as a model takes them
         */
        ImageSet read(int channels) throws IOException;
    }
}
