package io.twinstream.deploy.acceptance.accuracy;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.modelpackage.ThresholdBasis.Forecast;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.Evaluation;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationPlan;
import io.twinstream.trainer.evaluation.Evaluation.OperatingPoint;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.IdentificationPlan;
import io.twinstream.trainer.evaluation.Interval;
import io.twinstream.trainer.evaluation.PairPlan;
import io.twinstream.trainer.export.Remeasurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sets the shipped models' thresholds on every second alphabet, and judges them by impostors of one alphabet each on the others;
 * then the other way round. Each false match rate lies between the bounds that the package foretells for as many other groups,
 * which count how far the thresholds themselves may be off. The bounds that 'evaluate' gives, with classes drawn and with alphabets
 * drawn, are reported, and so is what the thresholds of all impostors do.
 */
public final class RatesOfOthers implements AcceptanceCheck {
    private static final List<String> MODELS = List.of("compact", "wide");
    private static final List<Double> TARGETS = List.of(0.01, 0.001);
    private static final int PAIRS = 200_000;
    private static final int HALVES = 2;

    @Override
    public Result run(Path folder) throws IOException {
        List<String> figures = new ArrayList<>();
        boolean kept = true;
        for (String name : MODELS) {
            ModelPackage model = ShippedModel.read(name);
            for (int half = 0; half < HALVES; half++) {
                ModelPackage measured = measured(model, folder, half);
                ThresholdBasis basis = ThresholdBasis.of(measured.manifest().evaluation(), Impostors.LOOK_ALIKES)
                        .orElseThrow();
                List<OperatingPoint> points = judged(measured, folder, 1 - half);
                for (double target : TARGETS) {
                    Forecast forecast = basis.forecasts().stream()
                            .filter(each -> each.target() == target)
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException(
                                    "%s doesn't foretell an FMR of %s: %s".formatted(name, target, basis)));
                    OperatingPoint own = point(points, Impostors.LOOK_ALIKES, target);
                    kept &= forecast.fmrLow() <= own.fmr() && own.fmr() <= forecast.fmrHigh();
                    figures.add(
                            "%s, half %d, FMR %s: %s of others, foretold %s to %s; 95 %% interval %s with classes drawn, %s with alphabets drawn, FNMR %.1f %%; at the threshold of all impostors %s"
                                    .formatted(
                                            name,
                                            half + 1,
                                            target,
                                            ThresholdBasis.plain(own.fmr()),
                                            ThresholdBasis.plain(forecast.fmrLow()),
                                            ThresholdBasis.plain(forecast.fmrHigh()),
                                            text(own.fmrInterval()),
                                            text(own.fmrGroupInterval()),
                                            100 * own.fnmr(),
                                            ThresholdBasis.plain(point(points, Impostors.POOLED, target)
                                                    .fmr())));
                }
            }
        }
        return new Result(kept, String.join("; ", figures));
    }

    private static ModelPackage measured(ModelPackage model, Path folder, int half) throws IOException {
        ImageSet all = ImageSet.read(folder, model.manifest().input().channels());
        Predicate<String> chosen =
                half(all.classes().stream().map(ImageClass::group).distinct().toList(), half);
        ImageSet some = new ImageSet(
                all.classes().stream().filter(each -> chosen.test(each.group())).toList(), all.fingerprint());
        ModelId id = new ModelId(model.manifest().name(), "half-" + half);
        return PackageArchive.read(new Remeasurement().run(model, id, some), "the measured package");
    }

    private static List<OperatingPoint> judged(ModelPackage model, Path folder, int half) throws IOException {
        HeldOutImages all = HeldOutImages.read(
                DataSource.of(folder), model.manifest().input().channels());
        Predicate<String> chosen =
                half(all.images().stream().map(each -> each.group()).distinct().toList(), half);
        HeldOutImages some = new HeldOutImages(
                all.images().stream().filter(each -> chosen.test(each.group())).toList(), List.of(), all.fingerprint());
        EvaluationPlan plan = new EvaluationPlan(
                new PairPlan(PAIRS, PairPlan.DEFAULT_SEED, false),
                new IdentificationPlan(IdentificationPlan.DEFAULT_STRANGERS, PairPlan.DEFAULT_SEED, List.of()),
                1,
                false);
        return Evaluation.of(model, new EvaluationMaterial(List.of(), some, null, null), plan)
                .operatingPoints();
    }

    /** Returns whether a group is one of every second of them. */
    private static Predicate<String> half(List<String> groups, int half) {
        return group -> groups.indexOf(group) % HALVES == half;
    }

    private static OperatingPoint point(List<OperatingPoint> points, Impostors impostors, double target) {
        return requireNonNull(points.stream()
                .filter(each -> each.impostors() == impostors && each.targetFmr() == target)
                .findFirst()
                .orElse(null));
    }

    private static String text(@Nullable Interval interval) {
        return interval == null
                ? "unknown"
                : "%s to %s".formatted(ThresholdBasis.plain(interval.low()), ThresholdBasis.plain(interval.high()));
    }
}
