package io.twinstream.schemas.modelpackage;

/**
 * This is one row of a false match rate table (ISO/IEC 19795-1).
 *
 * @param fmr the share of impostor comparisons that score at or above the threshold, 0 to 1, both excluded
 * @param threshold the match score, 0 to 1, both excluded
 */
public record FmrPoint(double fmr, double threshold) {
    public FmrPoint {
        if (!(fmr > 0 && fmr < 1) || !(threshold > 0 && threshold < 1)) {
            throw new IllegalArgumentException(
                    "fmr and threshold must lie between 0 and 1, were %s and %s".formatted(fmr, threshold));
        }
    }
}
