package io.twinstream.trainer.training;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How far a training run is.
 *
 * @param step the last one done, from 1
 * @param loss mean over the steps since the report before
 * @param validationAccuracy share of one-shot trials on validation images that went right, where this step ends an epoch
 * @param imagesPerSecond over those steps
 * @param remaining at that speed
 */
public record TrainingProgress(
        int step,
        int steps,
        double loss,
        OptionalDouble validationAccuracy,
        double imagesPerSecond,
        Duration remaining) {}
