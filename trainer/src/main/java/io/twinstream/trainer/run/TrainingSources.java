package io.twinstream.trainer.run;

import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.dataset.TrainingData;
import java.io.IOException;
import java.util.Optional;

/**
 * Where a run's images come from.
 *
 * @param images to learn from
 * @param validation of other classes, never trained on, to set thresholds with; else a part of the images is held back
 * @param split which part
 */
public record TrainingSources(DataSource images, Optional<DataSource> validation, Split.Rule split) {

    /** Reads everything, and what is wrong with it. */
    public TrainingData read(int channels) throws IOException {
        return validation.isPresent()
                ? TrainingData.read(images, validation.get(), channels)
                : TrainingData.split(images, split, channels);
    }
}
