package io.twinstream.verifier.drift;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import java.util.Optional;

/** How the scores of a model version were spread when it was released. To be asked from any thread. */
@FunctionalInterface
public interface ReleaseScores {
    /** Empty where this isn't known here. */
    Optional<ScoreHistograms> of(ModelId model);
}
