package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Holds what a manifest says about its package's int8 embedder, whose scores differ from the fp32 embedder's.
 *
 * @param calibration the method by which the ranges of activations were found
 * @param loss the loss of accuracy against fp32: the larger of the rises of {@code eer} and {@code fnmr@fmr=0.01}, as a share
 *     of pairs
 * @param evaluation the same measures as the manifest's, on the same images
 */
public record Int8Facts(
        String calibration,
        double loss,
        FmrTable fmrTable,
        ScoreHistograms histograms,
        Map<String, Double> evaluation,
        List<GoldenVector> golden) {
    /** The most that int8 may lose to be used by default: half a percentage point. */
    public static final double MARGIN = 0.005;

    public Int8Facts {
        Objects.requireNonNull(calibration, "int8 needs its calibration");
        Objects.requireNonNull(fmrTable, "int8 needs an fmrTable");
        Objects.requireNonNull(histograms, "int8 needs histograms");
        Objects.requireNonNull(evaluation, "int8 needs an evaluation");
        Objects.requireNonNull(golden, "int8 needs golden vectors");
        evaluation = new TreeMap<>(evaluation);
        golden = List.copyOf(golden);
        ThresholdBasis.requireReadable(evaluation);
    }

    /** Returns whether int8 loses at most {@link #MARGIN} against fp32. */
    @JsonIgnore
    public boolean withinMargin() {
        return loss <= MARGIN;
    }
}
