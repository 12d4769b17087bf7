package io.twinstream.trainer.export;

import io.twinstream.schemas.modelpackage.TrainingRecord;

/**
 * What a model package is called and where it comes from.
 *
 * @param name the line of models
 * @param version unique within the name
 */
public record ModelIdentity(String name, String version, TrainingRecord training) {}
