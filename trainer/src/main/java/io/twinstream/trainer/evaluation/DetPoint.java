package io.twinstream.trainer.evaluation;

/** A point of a detection error trade-off curve (ISO/IEC 19795-1): both error rates at one threshold, 0 to 1. */
public record DetPoint(double fmr, double fnmr) {}
