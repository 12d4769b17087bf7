package io.twinstream.trainer.report;

import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.ModelFacts;
import io.twinstream.trainer.evaluation.Evaluation.OperatingPoint;
import io.twinstream.trainer.evaluation.Evaluation.Performance;
import io.twinstream.trainer.evaluation.IdentificationPoint;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.PublishedFigure;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays out an evaluation as nested maps and lists, for one JSON object. What was not measured is absent, and a rate
 * that too few pairs speak for is null.
 */
public final class EvaluationFields {
    private EvaluationFields() {}

    public static Map<String, Object> of(Evaluation evaluation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model(evaluation.model()));
        fields.put("views", evaluation.plan().views());
        fields.putAll(performance(evaluation.performance()));
        if (fields.get("verification") instanceof Map<?, ?>) {
            fields.put(
                    "operatingPoints",
                    evaluation.operatingPoints().stream()
                            .map(EvaluationFields::operatingPoint)
                            .toList());
        }
        if (!evaluation.identification().isEmpty()) {
            fields.put(
                    "identification",
                    evaluation.identification().stream()
                            .map(EvaluationFields::identification)
                            .toList());
        }
        fields.put("knowsDomain", evaluation.domain().known());
        fields.put("imagesOutOfDomain", evaluation.domain().outOfDomain());
        fields.put("imagesBlank", evaluation.domain().blank());
        fields.put("failureToAcquire", evaluation.material().failureToAcquire());
        fields.put("imagesPresented", evaluation.material().presented());
        fields.put("baselines", baselines(evaluation.baselines(), PublishedFigure.beside(evaluation.material())));
        return fields;
    }

    private static Map<String, Object> model(ModelFacts model) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", model.name());
        fields.put("version", model.version());
        fields.put("architecture", model.architecture());
        fields.put("precision", model.precision().name().toLowerCase(Locale.ROOT));
        fields.put("bytes", model.bytes());
        fields.put("sha256", model.sha256());
        fields.put("enrolmentViews", model.enrolmentViews());
        ThresholdBasis basis = model.basis();
        if (basis != null) {
            fields.put("thresholdBasis", basis);
        }
        ThresholdBasis lookAlikes = model.lookAlikes();
        if (lookAlikes != null) {
            fields.put("lookAlikeThresholdBasis", lookAlikes);
        }
        return fields;
    }

    private static Map<String, Object> performance(Performance performance) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (performance.oneShot() != null) {
            fields.put("oneShot", oneShot(performance.oneShot()));
        }
        if (performance.verification() != null) {
            fields.put("verification", verification(performance.verification()));
        }
        return fields;
    }

    private static Map<String, Object> oneShot(OneShotEvaluation oneShot) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trials", oneShot.trials());
        fields.put("correct", oneShot.correct());
        fields.put("accuracy", oneShot.accuracy());
        fields.put("low", oneShot.interval().low());
        fields.put("high", oneShot.interval().high());
        oneShot.jointAssignment().ifPresent(joint -> fields.put("jointAssignment", oneShot(joint)));
        return fields;
    }

    private static Map<String, Object> verification(VerificationEvaluation verification) {
        ErrorRates rates = verification.rates();
        Map<String, @Nullable Double> fnmr = new LinkedHashMap<>();
        Map<String, Long> needed = new LinkedHashMap<>();
        for (double target : Evaluation.TARGET_FMRS) {
            fnmr.put(Html.plain(target), rates.measuredFnmrAtFmr(target));
            needed.put(Html.plain(target), ErrorRates.leastImpostorPairs(target));
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pairs", verification.scored().pairs().size());
        fields.put("classes", verification.classes());
        fields.put("genuinePairs", rates.genuinePairs());
        fields.put("impostorPairs", rates.impostorPairs());
        fields.put("acrossGroups", verification.sample().plan().acrossGroups());
        fields.put("drawersApart", verification.sample().drawersKnown());
        fields.put("accuracy", verification.accuracy());
        fields.put("thresholdFrom", verification.otherSet() ? "thresholdPairs" : "otherHalf");
        fields.put("eer", rates.equalErrorRate());
        fields.put("fnmrAtFmr", fnmr);
        fields.put("impostorPairsNeeded", needed);
        return fields;
    }

    private static Map<String, Object> operatingPoint(OperatingPoint point) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("impostors", point.impostors().word());
        fields.put("targetFmr", point.targetFmr());
        fields.put("threshold", point.threshold());
        fields.put("fmr", point.fmr());
        fields.put("fnmr", point.fnmr());
        if (point.fmrInterval() != null && point.fnmrInterval() != null) {
            fields.put("fmrInterval", point.fmrInterval());
            fields.put("fnmrInterval", point.fnmrInterval());
        }
        if (point.fmrGroupInterval() != null) {
            fields.put("fmrGroupInterval", point.fmrGroupInterval());
        }
        return fields;
    }

    private static Map<String, @Nullable Object> identification(IdentificationPoint point) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("impostors", point.impostors().word());
        fields.put("withinGroup", point.withinGroup());
        fields.put("gallerySize", point.gallerySize());
        fields.put("targetFpir", point.targetFpir());
        fields.put("threshold", point.threshold());
        fields.put("fpir", point.fpir());
        fields.put("fnir", point.fnir());
        fields.put("fnirAtFpir", point.fnirAtFpir());
        fields.put("strangerSearches", point.strangerSearches());
        fields.put("matedSearches", point.matedSearches());
        return fields;
    }

    private static Map<String, Object> baselines(List<Performance> measured, List<PublishedFigure> published) {
        Map<String, Object> fields = new LinkedHashMap<>();
        measured.forEach(each -> fields.put(each.name(), performance(each)));
        for (PublishedFigure figure : published) {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("published", figure.source());
            if (figure.oneShot() != null) {
                of.put("oneShot", Map.of("accuracy", figure.oneShot()));
            }
            if (figure.verification() != null) {
                of.put("verification", Map.of("accuracy", figure.verification()));
            }
            fields.put(figure.name(), of);
        }
        return fields;
    }
}
