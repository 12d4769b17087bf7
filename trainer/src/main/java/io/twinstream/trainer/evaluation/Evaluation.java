package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DatasetException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of how well a model package does, measured through its ONNX files and the verifier's own decoder and
 * inference, beside baselines on the very same trials and pairs.
 *
 * @param domain how many of the images it can't judge
 * @param performance the model's
 * @param operatingPoints its own thresholds on these pairs; empty without pairs
 * @param identification by gallery size, then target; empty without images to identify
 * @param baselines measured in the same run
 */
public record Evaluation(
        ModelFacts model,
        EvaluationMaterial material,
        EvaluationPlan plan,
        DomainShare domain,
        Performance performance,
        List<OperatingPoint> operatingPoints,
        List<IdentificationPoint> identification,
        List<Performance> baselines) {
    /** False match rates that FNMR is given at. */
    public static final List<Double> TARGET_FMRS = List.of(1e-2, 1e-3, 1e-4);

    public Evaluation {
        operatingPoints = List.copyOf(operatingPoints);
        identification = List.copyOf(identification);
        baselines = List.copyOf(baselines);
    }

    /**
     * Measures a model.
     *
     * @throws DatasetException if the material is too small for what is asked
     */
    public static Evaluation of(ModelPackage model, EvaluationMaterial material, EvaluationPlan plan)
            throws DatasetException {
        PairSample pairs = sample(material.pairs(), plan.pairs());
        PairSample thresholds = sample(material.thresholdPairs(), plan.pairs());
        FmrTable table = model.manifest().fmrTable();
        try (ModelComparer comparer = ModelComparer.open(model, plan.views())) {
            Performance performance = Performance.of(comparer, material.runs(), pairs, thresholds);
            VerificationEvaluation verification = performance.verification();
            HeldOutImages identify = material.identify();
            return new Evaluation(
                    ModelFacts.of(model),
                    material,
                    plan,
                    comparer.domain(material.pictures()),
                    performance,
                    verification == null ? List.of() : OperatingPoint.of(table, verification.rates(), TARGET_FMRS),
                    identify == null
                            ? List.of()
                            : IdentificationEvaluation.of(comparer, identify, table, plan.identification()),
                    plan.baselines() ? baselines(material, pairs, thresholds) : List.of());
        }
    }

    private static List<Performance> baselines(
            EvaluationMaterial material, @Nullable PairSample pairs, @Nullable PairSample thresholds) {
        List<Performance> baselines = new ArrayList<>();
        for (Comparer comparer : List.of(new PixelComparer(), new HausdorffDistance())) {
            baselines.add(Performance.of(comparer, material.runs(), pairs, thresholds));
        }
        return baselines;
    }

    private static @Nullable PairSample sample(@Nullable HeldOutImages images, PairPlan plan) throws DatasetException {
        return images == null ? null : PairSample.draw(images, plan);
    }
}
