package io.twinstream.trainer.export;

import io.twinstream.schemas.modelpackage.TrainingRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a model package is called and where it comes from.
 *
 * @param name the line of models
 * @param version unique within the name
 * @param parent the version that training started from, or null
 */
public record ModelIdentity(
        String name, String version, @Nullable String parent, TrainingRecord training) {}
