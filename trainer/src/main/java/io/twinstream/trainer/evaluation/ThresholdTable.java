package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.trainer.dataset.DatasetException;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws up a model's FMR table: three points a decade, from 0.1 down to the rate that {@value ErrorRates#LEAST_FALSE_MATCHES}
 * impostor pairs still vouch for. By the rule of 30 (Doddington, ISO/IEC 19795-1 annex B), that many errors put the true
 * rate within 30 % of the measured one, with 90 % confidence.
 */
final class ThresholdTable {
    private static final int LEAST_IMPOSTOR_PAIRS = 20 * ErrorRates.LEAST_FALSE_MATCHES;
    private static final int[] MANTISSAS = {10, 5, 2};
    private static final int LOWEST_DECADE = 12;

    private ThresholdTable() {}

    /** What to do about too few pairs where the validation images are of their own. */
    static final String ADD = "add validation images";

    /**
     * @param rates over match logits
     * @throws DatasetException if there are too few impostor pairs for two points
     */
    static FmrTable of(ErrorRates rates) throws DatasetException {
        requireEnough(rates.impostorPairs(), ADD);
        List<FmrPoint> points = new ArrayList<>();
        for (int decade = 2; decade <= LOWEST_DECADE; decade++) {
            for (int mantissa : MANTISSAS) {
                double fmr = mantissa / Math.pow(10, decade);
                if (fmr * rates.impostorPairs() >= ErrorRates.LEAST_FALSE_MATCHES) {
                    points.add(new FmrPoint(fmr, Scores.ofLogit(rates.threshold(fmr))));
                }
            }
        }
        return new FmrTable(points);
    }

    /** Returns whether there are pairs for two points at least, the second at a rate of 0.05. */
    static boolean isEnough(long impostorPairs) {
        return impostorPairs >= LEAST_IMPOSTOR_PAIRS;
    }

    /**
     * Checks that there are pairs for two points at least, the second at a rate of 0.05.
     *
     * @param mend what to do where there aren't, the message's end
     */
    static void requireEnough(long impostorPairs, String mend) throws DatasetException {
        if (!isEnough(impostorPairs)) {
            throw new DatasetException("%d impostor pairs are too few to set thresholds, %d are needed: %s"
                    .formatted(impostorPairs, LEAST_IMPOSTOR_PAIRS, mend));
        }
    }
}
