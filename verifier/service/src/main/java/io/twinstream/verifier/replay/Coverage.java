package io.twinstream.verifier.replay;

/**
 * Which probes and verdicts a replay has found.
 *
 * @param probes on the topic in the range
 * @param compared probes with a verdict on record
 * @param withoutVerdict probes that can be judged and have none: not judged yet, or the verdict is gone
 * @param rejectedAgain probes without a verdict that are rejected, as dead letters are
 * @param duplicateVerdicts verdicts on record beyond the first of a probe
 * @param verdictsWithoutProbe verdicts on record whose probe is gone
 */
public record Coverage(
        long probes,
        long compared,
        long withoutVerdict,
        long rejectedAgain,
        long duplicateVerdicts,
        long verdictsWithoutProbe) {}
