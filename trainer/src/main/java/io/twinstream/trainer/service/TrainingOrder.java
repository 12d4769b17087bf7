package io.twinstream.trainer.service;

import io.twinstream.schemas.record.Train;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A request with all that it names found.
 *
 * @param images an absolute path, or {@code topic:} for the labelled images
 * @param validation classes of their own; the same
 * @param parent package file of the model to start from; null to start anew
 * @param checkpoints folder of this run alone: what an interrupted run left there is gone on with
 */
public record TrainingOrder(
        Train train,
        String images,
        String validation,
        @Nullable Path parent,
        Path checkpoints) {}
