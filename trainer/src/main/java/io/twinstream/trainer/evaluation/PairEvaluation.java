package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A pair evaluation has a model's errors in verification, over all pairs of a folder's images.
 *
 * @param fmrTable thresholds for target false match rates
 * @param histograms scores of genuine and impostor pairs in 100 bins
 * @param measures by name: {@code eer}, {@code fnmr@fmr=0.01}, {@code genuinePairs}, {@code impostorPairs}, {@code classes},
 *     {@code classPairs}; {@code fnmr@fmr=0.001} where the impostor pairs are enough to measure it; those of {@link LookAlikes},
 *     whose names end in {@code .withinGroup}, where classes are grouped; and bounds by {@link ClassResampling}, whose names end
 *     in {@code .low} and {@code .high}
 */
public record PairEvaluation(FmrTable fmrTable, ScoreHistograms histograms, Map<String, Double> measures) {
    public PairEvaluation {
        measures = new TreeMap<>(measures);
    }

    /**
     * Checks that a folder has pairs enough to set thresholds with, without looking at a model.
     *
     * @throws DatasetException if it hasn't
     */
    public static void requireEnough(ImageSet folder) throws DatasetException {
        requireEnough(folder, ThresholdTable.ADD);
    }

    /**
     * Checks the same where somebody else knows the mend.
     *
     * @param mend what to do about too few pairs, the message's end
     * @throws DatasetException if they are too few
     */
    public static void requireEnough(ImageSet folder, String mend) throws DatasetException {
        long images = folder.imageCount();
        long sameClass = folder.classes().stream()
                .mapToLong(each -> each.images().size())
                .map(size -> size * size)
                .sum();
        ThresholdTable.requireEnough((images * images - sameClass) / 2, mend);
    }

    /**
     * Embeds every image of the folder and compares every pair. The table comes from these pairs, and the bounds of {@code
     * fmr@target=0.01} and its like say what other classes would see at its thresholds.
     *
     * @throws DatasetException if the pairs are too few to set thresholds
     */
    public static PairEvaluation of(ModelPackage model, ImageSet folder) throws DatasetException {
        return of(EmbeddedImages.of(model, folder), MatchFunction.of(model));
    }

    static PairEvaluation of(EmbeddedImages images, MatchFunction match) throws DatasetException {
        PairScores pairs = PairScores.of(images, match);
        LookAlikes lookAlikes = LookAlikes.of(pairs);
        PairEvaluation measured = measured(pairs, lookAlikes, images);
        ClassResampling classes = ClassResampling.of(images, match);
        Map<String, Double> measures = new TreeMap<>(measured.measures());
        measures.putAll(classes.bounds(classes.targets(measured.fmrTable())));
        if (lookAlikes != null) {
            measures.putAll(lookAlikes.thresholds(images, match));
        }
        return new PairEvaluation(measured.fmrTable(), measured.histograms(), measures);
    }

    /**
     * Measures a package as {@link #of} does, but at the thresholds that it has: {@code fmr@target=0.01} and its like are the rates
     * that these images show there, with their bounds. A package's thresholds of look-alikes are judged by look-alikes.
     *
     * @throws DatasetException if the pairs are too few to set thresholds
     */
    public static PairEvaluation atOwnThresholds(ModelPackage model, ImageSet folder) throws DatasetException {
        EmbeddedImages images = EmbeddedImages.of(model, folder);
        MatchFunction match = MatchFunction.of(model);
        PairScores pairs = PairScores.of(images, match);
        LookAlikes lookAlikes = LookAlikes.of(pairs);
        PairEvaluation measured = measured(pairs, lookAlikes, images);
        ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());
        ClassResampling classes = ClassResampling.of(images, match);
        Map<String, Double> measures = new TreeMap<>(measured.measures());
        measures.putAll(classes.bounds(List.of()));
        putRates(measures, Impostors.POOLED, model.manifest().fmrTable(), rates, classes);
        if (lookAlikes != null) {
            ErrorRates within = lookAlikes.rates();
            ClassResampling groups = ClassResampling.of(images, match, Impostors.LOOK_ALIKES);
            model.manifest()
                    .lookAlikes()
                    .ifPresent(table -> putRates(measures, Impostors.LOOK_ALIKES, table, within, groups));
        }
        return new PairEvaluation(measured.fmrTable(), measured.histograms(), measures);
    }

    /** Adds the rates at a table's thresholds, with what the widest unit says of them. */
    private static void putRates(
            Map<String, Double> measures,
            Impostors impostors,
            FmrTable table,
            ErrorRates rates,
            ClassResampling classes) {
        for (double target : classes.targets(table)) {
            double logit = Scores.logit(table.threshold(target));
            String fmr = impostors.measure(ThresholdBasis.fmr(target));
            String fnmr = impostors.measure(ThresholdBasis.fnmr(target));
            measures.put(fmr, rates.fmr(logit));
            measures.put(fnmr, rates.fnmr(logit));
            classes.at(logit, classes.widest()).ifPresent(bounds -> {
                bounds.fmr().put(fmr, measures);
                bounds.fnmr().put(fnmr, measures);
            });
        }
    }

    private static PairEvaluation measured(PairScores pairs, @Nullable LookAlikes lookAlikes, EmbeddedImages images)
            throws DatasetException {
        if (pairs.genuine().length == 0) {
            throw new DatasetException(
                    "no two of the images that were compared show one class: add images to the classes");
        }
        ThresholdTable.requireEnough(pairs.impostor().length, ThresholdTable.ADD);
        int classes = images.classCount();
        ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());
        Map<String, Double> measures = new TreeMap<>();
        measures.put("eer", rates.equalErrorRate());
        measures.put("fnmr@fmr=0.01", rates.fnmrAtFmr(0.01));
        Double rare = rates.measuredFnmrAtFmr(0.001);
        if (rare != null) {
            measures.put("fnmr@fmr=0.001", rare);
        }
        measures.put("genuinePairs", (double) pairs.genuine().length);
        measures.put(ThresholdBasis.IMPOSTOR_PAIRS, (double) pairs.impostor().length);
        measures.put(ThresholdBasis.CLASSES, (double) classes);
        measures.put(ThresholdBasis.CLASS_PAIRS, classes * (classes - 1.0) / 2);
        if (lookAlikes != null) {
            measures.putAll(lookAlikes.measures(images));
        }
        return new PairEvaluation(ThresholdTable.of(rates), Scores.histograms(pairs), measures);
    }
}
