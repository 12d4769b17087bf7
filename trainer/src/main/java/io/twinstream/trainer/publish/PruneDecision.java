package io.twinstream.trainer.publish;

import io.twinstream.schemas.record.ModelRelease;
import org.jspecify.annotations.Nullable;

/**
 * Whether a published version is to go.
 *
 * @param keptBecause why it stays; null if it goes
 */
public record PruneDecision(ModelRelease release, @Nullable String keptBecause) {
    public boolean goes() {
        return keptBecause == null;
    }
}
