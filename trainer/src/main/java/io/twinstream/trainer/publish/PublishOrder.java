package io.twinstream.trainer.publish;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A package that is to be published.
 *
 * @param file the package
 * @param validation what the gate compares on; null if there is nothing, or if the gate is passed over
 * @param forcedBecause why the gate is to be passed over; null if it isn't
 * @param runId the training run that made the package; null if it is only a file
 */
public record PublishOrder(
        Path file,
        @Nullable ValidationImages validation,
        @Nullable String forcedBecause,
        @Nullable String runId) {}
