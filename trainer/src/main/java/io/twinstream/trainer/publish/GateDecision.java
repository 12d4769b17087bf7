package io.twinstream.trainer.publish;

/**
 * What the gate says of a candidate.
 *
 * @param line one line with the figures of both models, and by how much the candidate is worse
 */
public record GateDecision(boolean passed, String line) {}
