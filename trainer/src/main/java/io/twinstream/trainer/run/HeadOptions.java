package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.head.HeadSettings;

/**
 * Head options say which model's head is fitted to which images, how, and what to call the result.
 *
 * @param sources the images to learn from and to set thresholds with
 * @param name the line of models
 * @param version the version, unique within the name
 * @param parent the model whose embedder stays as it is
 */
public record HeadOptions(
        TrainingOptions.Sources sources, String name, String version, ModelPackage parent, HeadSettings settings) {
    /** This name stands for a head where an architecture could stand. */
    public static final String ARCHITECTURE = "head";

    public HeadOptions {
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model needs a name and a version");
        }
        if (name.equals(parent.manifest().name())
                && version.equals(parent.manifest().version())) {
            throw new IllegalArgumentException(
                    "the new version must differ from the parent's own, %s/%s: two packages of one version would be mistaken"
                            .formatted(name, version));
        }
    }
}
