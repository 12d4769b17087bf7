package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.preprocess.Views;
import java.util.List;

/**
 * Teaching says which trained models a network learns from besides its images.
 *
 * @param teachers the models, none where it learns from the images alone
 * @param views small distortions of each picture that teachers see, 1 for the picture alone
 */
public record Teaching(List<ModelPackage> teachers, int views) {
    /** Nobody teaches. */
    public static final Teaching NONE = new Teaching(List.of(), 1);

    public Teaching {
        teachers = List.copyOf(teachers);
        Views.requireCount(views);
        if (teachers.isEmpty() && views > 1) {
            throw new IllegalArgumentException(
                    "views are for teachers, and there is none: name one, or leave views out");
        }
    }
}
