package io.twinstream.trainer.service;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot is a run as the topics had it at one moment.
 *
 * @param request the request as it was asked
 * @param latest the record that holds; null before the first, when nobody has looked at the request yet
 * @param cancelled true where the run is to end
 * @param stalls the number of times that it was begun since it last got further
 * @param position its place in the queue, from 1; 0 if it doesn't wait
 */
record RunSnapshot(
        TrainingRequest request,
        Train train,
        @Nullable TrainingProgress latest,
        boolean cancelled,
        int stalls,
        int position) {
    private static final Set<TrainingState> FINAL =
            EnumSet.of(TrainingState.PUBLISHED, TrainingState.REFUSED, TrainingState.FAILED, TrainingState.CANCELLED);

    static boolean isFinal(TrainingState state) {
        return FINAL.contains(state);
    }

    String id() {
        return request.getRunId();
    }

    /** Returns the model that the run is to make, as it was asked for; the name may break the rules for one. */
    String model() {
        return train.getModelName() + "/" + train.getModelVersion();
    }

    TrainingState state() {
        return latest == null ? TrainingState.QUEUED : latest.getState();
    }

    boolean ended() {
        return isFinal(state());
    }

    /** Returns whether the trainer has looked at the request. */
    boolean answered() {
        return latest != null;
    }

    boolean waits() {
        return state() == TrainingState.QUEUED;
    }

    /** Returns the model's name and version, which are valid once the run was answered. */
    ModelId modelId() {
        return new ModelId(train.getModelName(), train.getModelVersion());
    }
}
