package io.twinstream.verifier.match;

import io.twinstream.schemas.modelpackage.FmrTable;

/**
 * Tells which score is a match, from the model's measured FMR table and the operator's targets.
 *
 * <p>For identification the target is the false-positive identification rate of a search among N references,
 * {@code FPIR = 1 - (1 - FMR)^N} (ISO/IEC 19795-1), so the threshold rises with the gallery. Where that asks for
 * less than the table holds, its lowest measured rate is used. Where a target is higher than the table's highest rate,
 * that one is used. {@link Threshold#fmr()} says which it is.
 */
public final class Thresholds {
    private final FmrTable table;
    private final Threshold verification;
    private final double targetFpir;

    /**
     * Looks up what does not depend on the gallery.
     *
     * @throws IllegalArgumentException if the FMR target lies below what was measured
     */
    public Thresholds(FmrTable table, double targetFmr, double targetFpir) {
        this.table = table;
        this.verification = new Threshold(table.threshold(targetFmr), Math.min(targetFmr, table.highestFmr()));
        this.targetFpir = targetFpir;
    }

    /** The threshold for a pair or a claim. */
    public Threshold verification() {
        return verification;
    }

    public FmrTable table() {
        return table;
    }

    /** False-positive identification rate that a search is decided at. */
    public double targetFpir() {
        return targetFpir;
    }

    /** The threshold for a search among so many references. */
    public Threshold identification(int references) {
        return identification(table, targetFpir, references);
    }

    /** The threshold for a search among so many references, by a table of any model. */
    public static Threshold identification(FmrTable table, double targetFpir, int references) {
        double fmr = -Math.expm1(Math.log1p(-targetFpir) / Math.max(1, references));
        double measured = Math.min(Math.max(fmr, table.lowestFmr()), table.highestFmr());
        return new Threshold(table.threshold(measured), measured);
    }

    /**
     * A decision point.
     *
     * @param score a match is a score at or above this
     * @param fmr the false match rate of one comparison that it stands for
     */
    public record Threshold(double score, double fmr) {}
}
