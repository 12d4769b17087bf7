package io.twinstream.verifier.match;

import io.twinstream.schemas.modelpackage.FmrTable;

/**
 * Thresholds say which score is a match, by the model's measured FMR table and the operator's targets.
 *
 * <p>For identification the target is the false-positive identification rate of a search among N references,
 * {@code FPIR = 1 - (1 - FMR)^N} (ISO/IEC 19795-1), so the threshold rises with the gallery. A target outside the
 * table's measured rates is replaced by its lowest or highest one; {@link Threshold#fmr()} gives the rate that was
 * used.
 */
public final class Thresholds {
    /** A target that is just met is met. */
    private static final double ROUNDING = 1e-9;

    private final FmrTable table;
    private final Threshold verification;
    private final double targetFpir;

    /**
     * Looks up the threshold of verification, which doesn't depend on the gallery.
     *
     * @throws IllegalArgumentException if the FMR target lies below what was measured
     */
    public Thresholds(FmrTable table, double targetFmr, double targetFpir) {
        this.table = table;
        this.verification = new Threshold(table.threshold(targetFmr), Math.min(targetFmr, table.highestFmr()));
        this.targetFpir = targetFpir;
    }

    /** Returns the threshold for a pair or a claim. */
    public Threshold verification() {
        return verification;
    }

    public FmrTable table() {
        return table;
    }

    /** Returns the false-positive identification rate that a search is decided at. */
    public double targetFpir() {
        return targetFpir;
    }

    /** Returns the threshold for a search among so many references. */
    public Threshold identification(int references) {
        return identification(table, targetFpir, references);
    }

    /** Returns the threshold for a search among so many references, by the table of any model. */
    public static Threshold identification(FmrTable table, double targetFpir, int references) {
        double fmr = -Math.expm1(Math.log1p(-targetFpir) / Math.max(1, references));
        double measured = Math.min(Math.max(fmr, table.lowestFmr()), table.highestFmr());
        return new Threshold(table.threshold(measured), measured);
    }

    /** Returns how many references a search keeps the target among, by the table of any model. */
    public static int mostReferences(FmrTable table, double targetFpir) {
        return (int) (Math.log1p(-targetFpir) / Math.log1p(-table.lowestFmr()) * (1 + ROUNDING));
    }

    /**
     * Returns the share of strangers that a search among so many references takes for somebody, by the table. It is above the
     * target where the table doesn't reach far enough down for a gallery of this size.
     */
    public double fpir(int references) {
        return -Math.expm1(references * Math.log1p(-identification(references).fmr()));
    }

    /**
     * A threshold is the score from which on a comparison is a match.
     *
     * @param score the lowest score that is a match
     * @param fmr the false match rate of one comparison at this score
     */
    public record Threshold(double score, double fmr) {}
}
