package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.HeldBackImages;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.dataset.TrainingData;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.training.CheckpointFolder;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Training options say what to train on, how, and what to call the result.
 *
 * @param sources the images to learn from and to set thresholds with
 * @param name the line of models, for example {@code compact}
 * @param version the version, unique within the name
 * @param input what the network takes
 * @param parent a model package to start from, instead of random weights
 * @param checkpoints the folder where the run can be taken up again
 * @param teaching models to learn from besides the images
 */
public record TrainingOptions(
        Sources sources,
        String name,
        String version,
        Architecture architecture,
        InputSpec input,
        TrainingSettings settings,
        Optional<Path> parent,
        Optional<CheckpointFolder> checkpoints,
        Teaching teaching) {

    public TrainingOptions {
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model needs a name and a version");
        }
    }

    /** Makes options without teachers. */
    public TrainingOptions(
            Sources sources,
            String name,
            String version,
            Architecture architecture,
            InputSpec input,
            TrainingSettings settings,
            Optional<Path> parent,
            Optional<CheckpointFolder> checkpoints) {
        this(sources, name, version, architecture, input, settings, parent, checkpoints, Teaching.NONE);
    }

    /**
     * The sources are where a run's images come from.
     *
     * @param images the images to learn from
     * @param validation of other classes, never trained on, to set thresholds with; else a part of the images is held back
     * @param split the rule for the part that is held back
     * @param heldBack the file that keeps which images were held back, for who measures on the same ones later
     */
    public record Sources(
            DataSource images, Optional<DataSource> validation, Split.Rule split, Optional<Path> heldBack) {

        /** Makes sources of which nobody needs to know later what was held back. */
        public Sources(DataSource images, Optional<DataSource> validation, Split.Rule split) {
            this(images, validation, split, Optional.empty());
        }

        /** Reads all images, and what is wrong with them. */
        public TrainingData read(int channels) throws IOException {
            if (validation.isPresent()) {
                return TrainingData.read(images, validation.get(), channels);
            }
            TrainingData data = TrainingData.split(images, split, channels);
            if (heldBack.isPresent()) {
                HeldBackImages.note(heldBack.get(), data.validation());
            }
            return data;
        }

        /**
         * Checks that the validation images of these sources have pairs enough to set thresholds with, before anything is
         * learned.
         *
         * @throws DatasetException if they haven't, with the option that helps
         */
        void requireEnough(ImageSet held) throws DatasetException {
            if (validation.isPresent()) {
                PairEvaluation.requireEnough(held);
            } else {
                PairEvaluation.requireEnough(
                        held,
                        "%d classes with %d images are held back, a share of %s: hold more back (--split-share, in a request splitShare), or name images of other classes (--validation)"
                                .formatted(held.classes().size(), held.imageCount(), split.share()));
            }
        }
    }
}
