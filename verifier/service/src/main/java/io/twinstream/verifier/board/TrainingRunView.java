package io.twinstream.verifier.board;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.text.ForeignText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A training-run view is a training run, or one moment of it, as {@code openapi.yaml} describes it.
 *
 * @param history the run's moments, oldest first; null where they are not asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingRunView(
        String id,
        TrainingState state,
        String model,
        @Nullable String reason,
        int step,
        int steps,
        @Nullable Double loss,
        @Nullable Double validationAccuracy,
        @Nullable Double imagesPerSecond,
        @Nullable Long remainingMs,
        Map<String, Double> measures,
        @JsonSerialize(using = ToStringSerializer.class) Instant time,
        @Nullable List<TrainingRunView> history) {
    static TrainingRunView of(TrainingProgress progress) {
        return new TrainingRunView(
                ForeignText.value(progress.getRunId()),
                progress.getState(),
                ForeignText.value(progress.getModelName() + "/" + progress.getModelVersion()),
                progress.getReason() == null ? null : ForeignText.line(progress.getReason()),
                progress.getStep(),
                progress.getSteps(),
                progress.getLoss(),
                progress.getValidationAccuracy(),
                progress.getImagesPerSecond(),
                progress.getRemainingMs(),
                progress.getMeasures(),
                progress.getTime(),
                null);
    }

    TrainingRunView with(List<TrainingRunView> moments) {
        return new TrainingRunView(
                id,
                state,
                model,
                reason,
                step,
                steps,
                loss,
                validationAccuracy,
                imagesPerSecond,
                remainingMs,
                measures,
                time,
                moments);
    }
}
