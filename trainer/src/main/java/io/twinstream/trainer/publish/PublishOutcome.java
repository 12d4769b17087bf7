package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.Manifest;

/**
 * What became of a package.
 *
 * @param line one line that says why
 */
public record PublishOutcome(Kind kind, Manifest manifest, String line) {
    /** How it ended. */
    public enum Kind {
        /** It is on the topics now. */
        PUBLISHED,
        /** The same bytes were on the topics before; nothing was written. */
        UNCHANGED,
        /** The gate did not let it pass; nothing was written. */
        REFUSED
    }
}
