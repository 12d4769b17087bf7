package io.twinstream.verifier.match;

/**
 * A decision point.
 *
 * @param score a match is a score at or above this
 * @param fmr the false match rate of one comparison that it stands for
 */
public record Threshold(double score, double fmr) {}
