package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.ReferenceKey;

/**
 * A match is a reference with how well the probe matches it.
 *
 * @param logit the logit of the match score, which rises with it
 */
public record Match(ReferenceKey reference, float logit) {
    /**
     * Returns true if this ranks before the other. Equal logits rank by name, so that the order never depends on the
     * order of enrolment.
     */
    boolean beats(Match other) {
        return logit > other.logit || (logit == other.logit && reference.compareTo(other.reference) < 0);
    }
}
