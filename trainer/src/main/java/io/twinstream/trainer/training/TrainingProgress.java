package io.twinstream.trainer.training;

import java.time.Duration;

/**
 * How far a training run is.
 *
 * @param step the last one done, from 1
 * @param loss mean over the steps since the report before
 * @param imagesPerSecond over those steps
 * @param remaining at that speed
 */
public record TrainingProgress(int step, int steps, double loss, double imagesPerSecond, Duration remaining) {}
