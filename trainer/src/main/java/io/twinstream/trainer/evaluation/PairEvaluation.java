package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pair evaluation has a model's errors in verification, over all pairs of a folder's images.
 *
 * @param fmrTable thresholds for target false match rates
 * @param histograms scores of genuine and impostor pairs in 100 bins
 * @param measures by name: {@code eer}, {@code fnmr@fmr=0.01}, {@code genuinePairs}, {@code impostorPairs};
 *     {@code fnmr@fmr=0.001} where the impostor pairs are enough to measure it; and, of impostors of one group only,
 *     {@code eer.withinGroup} and {@code fnmr@fmr=0.01.withinGroup}, where classes are grouped
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
        long images = folder.imageCount();
        long sameClass = folder.classes().stream()
                .mapToLong(each -> each.images().size())
                .map(size -> size * size)
                .sum();
        ThresholdTable.requireEnough((images * images - sameClass) / 2);
    }

    /** Embeds every image of the folder and compares every pair. */
    public static PairEvaluation of(ModelPackage model, ImageSet folder) throws DatasetException {
        return of(PairScores.of(EmbeddedImages.of(model, folder), MatchFunction.of(model)));
    }

    static PairEvaluation of(PairScores pairs) throws DatasetException {
        ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());
        Map<String, Double> measures = new TreeMap<>();
        measures.put("eer", rates.equalErrorRate());
        measures.put("fnmr@fmr=0.01", rates.fnmrAtFmr(0.01));
        Double rare = rates.measuredFnmrAtFmr(0.001);
        if (rare != null) {
            measures.put("fnmr@fmr=0.001", rare);
        }
        measures.put("genuinePairs", (double) pairs.genuine().length);
        measures.put("impostorPairs", (double) pairs.impostor().length);
        if (pairs.lookAlike().length > 0 && pairs.lookAlike().length < pairs.impostor().length) {
            ErrorRates within = new ErrorRates(pairs.genuine(), pairs.lookAlike());
            measures.put("eer.withinGroup", within.equalErrorRate());
            measures.put("fnmr@fmr=0.01.withinGroup", within.fnmrAtFmr(0.01));
        }
        return new PairEvaluation(ThresholdTable.of(rates), Scores.histograms(pairs), measures);
    }
}
