package io.twinstream.verifier.drift;

import org.jspecify.annotations.Nullable;

/**
 * What is known of how many of a series' pictures are of another kind than the model was trained for.
 *
 * @param evidence that they are more than a few; 0 where nothing speaks for it
 * @param out probes out of the model's domain since the evidence began
 * @param all probes since then
 * @param alarm null while none is raised
 */
record DomainState(
        double evidence, long out, long all, @Nullable Raised alarm) {
    static final DomainState FRESH = new DomainState(0, 0, 0, null);
}
