package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.ReferenceKey;

/**
 * A reference and how well the probe matches it.
 *
 * @param logit rises with the match score
 */
public record Match(ReferenceKey reference, float logit) {
    /** True if this ranks before the other; equal logits rank by name, so that the order never depends on enrolment. */
    boolean beats(Match other) {
        return logit > other.logit || (logit == other.logit && reference.compareTo(other.reference) < 0);
    }
}
