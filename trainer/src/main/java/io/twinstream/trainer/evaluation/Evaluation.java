package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageFile;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.ClassResampling.RateBounds;
import io.twinstream.trainer.evaluation.ClassResampling.Unit;
import io.twinstream.verifier.preprocess.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation tells how well a model package does. It is measured through the package's ONNX files and the verifier's
 * own decoder and inference, beside baselines on the very same trials and pairs.
 *
 * @param domain the share of the images that the model can't judge
 * @param performance how well the model does
 * @param operatingPoints the model's own thresholds on these pairs, those of look-alikes first; empty without pairs
 * @param identification points by the impostors of the thresholds, by gallery size, then by target; empty without images to
 *     identify
 * @param baselines how well the baselines do, measured in the same run
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
    /** The FNMR is given at these false match rates. */
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
        Manifest manifest = model.manifest();
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
                    verification == null ? List.of() : OperatingPoint.of(manifest, verification, TARGET_FMRS),
                    identify == null
                            ? List.of()
                            : IdentificationPoint.of(comparer, identify, manifest, plan.identification()),
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

    /**
     * The material is what a model is measured on; a measurement without material is left out.
     *
     * @param runs one-shot classification; may be empty
     * @param pairs verification
     * @param thresholdPairs images of other subjects, whose pairs set the threshold of the accuracy in verification; null to set
     *     it on one half of the pairs for the other
     * @param identify open-set identification
     */
    public record EvaluationMaterial(
            List<OneShotRun> runs,
            @Nullable HeldOutImages pairs,
            @Nullable HeldOutImages thresholdPairs,
            @Nullable HeldOutImages identify) {
        public EvaluationMaterial {
            runs = List.copyOf(runs);
        }

        /**
         * Counts the images that were there to be read. A set that serves twice is counted once; images of runs, which
         * must all be readable, are not counted.
         */
        public int presented() {
            return sets().mapToInt(HeldOutImages::presented).sum();
        }

        /** Returns a line for each image that couldn't be read. */
        public List<String> failures() {
            return sets().flatMap(set -> set.failures().stream()).toList();
        }

        /**
         * Returns the failure-to-acquire rate (ISO/IEC 19795-1), the share of the images presented that couldn't be
         * read.
         */
        public double failureToAcquire() {
            long failed = sets().mapToInt(set -> set.failures().size()).sum();
            return presented() == 0 ? 0 : (double) failed / presented();
        }

        /** Returns all pictures; those of a set that serves twice come once. */
        List<Picture> pictures() {
            return Stream.concat(
                            sets().flatMap(set -> set.images().stream()).map(HeldOutImage::picture),
                            runs.stream().flatMap(run -> Stream.concat(run.classes().stream(), run.tests().stream())))
                    .toList();
        }

        private Stream<HeldOutImages> sets() {
            Map<String, HeldOutImages> once = new LinkedHashMap<>();
            Stream.of(pairs, thresholdPairs, identify)
                    .filter(Objects::nonNull)
                    .forEach(set -> once.put(set.fingerprint(), set));
            return once.values().stream();
        }
    }

    /**
     * The plan says how a model is measured.
     *
     * @param views views of each probe that a score is averaged over, 1 to {@link Views#MOST}; 1 is how the verifier
     *     serves
     * @param baselines true to measure the baselines, which learn nothing, beside it
     */
    public record EvaluationPlan(PairPlan pairs, IdentificationPlan identification, int views, boolean baselines) {
        public EvaluationPlan {
            Views.requireCount(views);
        }
    }

    /**
     * The facts say which model was measured.
     *
     * @param precision the precision of the embedder that was measured
     * @param bytes the size of the package's graphs
     * @param sha256 the package's identity
     * @param dataFingerprint the fingerprint of the images that the model was trained on
     * @param seed the seed that the model was trained with
     * @param basis what the model's thresholds rest on; null where its package doesn't say so
     * @param lookAlikes what its thresholds for look-alikes rest on; null where its package has none
     */
    public record ModelFacts(
            String name,
            String version,
            String architecture,
            Precision precision,
            long bytes,
            String sha256,
            int enrolmentViews,
            String dataFingerprint,
            long seed,
            @Nullable ThresholdBasis basis,
            @Nullable ThresholdBasis lookAlikes) {

        static ModelFacts of(ModelPackage model) {
            Manifest manifest = model.manifest();
            return new ModelFacts(
                    manifest.name(),
                    manifest.version(),
                    manifest.architecture(),
                    model.precision(),
                    manifest.files().stream().mapToLong(PackageFile::bytes).sum(),
                    model.sha256(),
                    manifest.enrolmentViews(),
                    manifest.training().dataFingerprint(),
                    manifest.training().seed(),
                    ThresholdBasis.of(manifest.evaluation()).orElse(null),
                    manifest.lookAlikes()
                            .flatMap(table -> ThresholdBasis.of(manifest.evaluation(), Impostors.LOOK_ALIKES))
                            .orElse(null));
        }
    }

    /**
     * The share says how many of the measured images the model can't judge. They are measured all the same; the setting
     * {@code verifier.domain} decides what a verifier makes of such images.
     *
     * @param known true where the package has statistics of its domain; without them nothing is out of it
     * @param images the images that were looked at, those of runs included
     * @param blank the images without contrast
     * @param outOfDomain the images of another kind than the model was trained for
     */
    public record DomainShare(boolean known, int images, int blank, int outOfDomain) {
        static DomainShare of(boolean known, List<@Nullable UndecidedCause> causes) {
            return new DomainShare(
                    known,
                    causes.size(),
                    count(causes, UndecidedCause.BLANK),
                    count(causes, UndecidedCause.OUT_OF_DOMAIN));
        }

        /** Returns the share of the images that are out of the domain, 0 to 1. */
        public double share() {
            return images == 0 ? 0 : (double) outOfDomain / images;
        }

        private static int count(List<@Nullable UndecidedCause> causes, UndecidedCause cause) {
            return Math.toIntExact(causes.stream().filter(each -> each == cause).count());
        }
    }

    /**
     * A performance is how well one way of comparing does.
     *
     * @param name the name of the comparer
     * @param oneShot null where no runs were given
     * @param verification null where no pairs were given
     */
    public record Performance(
            String name,
            @Nullable OneShotEvaluation oneShot,
            @Nullable VerificationEvaluation verification) {

        static Performance of(
                Comparer comparer, List<OneShotRun> runs, @Nullable PairSample pairs, @Nullable PairSample thresholds) {
            return new Performance(
                    comparer.name(),
                    runs.isEmpty() ? null : OneShotEvaluation.of(comparer, runs),
                    verification(comparer, pairs, thresholds));
        }

        private static @Nullable VerificationEvaluation verification(
                Comparer comparer, @Nullable PairSample pairs, @Nullable PairSample thresholds) {
            if (pairs == null) {
                return null;
            }
            return thresholds == null
                    ? VerificationEvaluation.of(comparer, pairs)
                    : VerificationEvaluation.of(comparer, pairs, thresholds);
        }
    }

    /**
     * An operating point shows what a model's own threshold for a false match rate does on other images.
     *
     * @param impostors the impostors on which the threshold was measured
     * @param targetFmr the rate that the manifest's table promises
     * @param threshold the match score that the table gives for it
     * @param fmr the rate that was measured, 0 to 1
     * @param fnmr the rate that was measured, 0 to 1
     * @param fmrInterval between which bounds the FMR lies, by resampling the classes; null where they are too few
     * @param fnmrInterval between which bounds the FNMR lies
     * @param fmrGroupInterval between which bounds the FMR of other groups lies, by resampling the groups and the classes in them;
     *     null where the impostors of these pairs don't come from one of several groups each
     */
    public record OperatingPoint(
            Impostors impostors,
            double targetFmr,
            double threshold,
            double fmr,
            double fnmr,
            @Nullable Interval fmrInterval,
            @Nullable Interval fnmrInterval,
            @Nullable Interval fmrGroupInterval) {

        /**
         * Returns a point at each target that a table of the manifest reaches.
         *
         * @param verification over match logits
         */
        static List<OperatingPoint> of(Manifest manifest, VerificationEvaluation verification, List<Double> targets) {
            ErrorRates rates = verification.rates();
            ClassResampling classes = verification.resampling();
            Optional<ClassResampling> groups = verification.groupResampling();
            List<OperatingPoint> points = new ArrayList<>();
            ImpostorChoice.tables(manifest).forEach((impostors, table) -> {
                for (double target : targets) {
                    if (target >= table.lowestFmr()) {
                        double threshold = table.threshold(target);
                        double logit = Scores.logit(threshold);
                        Optional<RateBounds> bounds = classes.at(logit, Unit.CLASSES);
                        points.add(new OperatingPoint(
                                impostors,
                                target,
                                threshold,
                                rates.fmr(logit),
                                rates.fnmr(logit),
                                bounds.map(RateBounds::fmr).orElse(null),
                                bounds.map(RateBounds::fnmr).orElse(null),
                                groups.flatMap(each -> each.at(logit, Unit.GROUPS))
                                        .map(RateBounds::fmr)
                                        .orElse(null)));
                    }
                }
            });
            return points;
        }
    }
}
