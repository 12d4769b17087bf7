package io.twinstream.trainer.service;

import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.training.RunHistory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the topics say of one run so far. The two topics may be read in any order, so progress may come before the request.
 * A final state stays, unless another final one follows. For one thread at a time.
 */
final class Run {
    private final RunHistory history = new RunHistory();
    private @Nullable TrainingRequest request;
    private @Nullable Train train;
    private @Nullable TrainingProgress latest;
    private boolean cancelled;
    private int furthest;
    private int stalls;

    void apply(TrainingRequest next) {
        if (next.getAction() instanceof Cancel) {
            cancelled = true;
        } else if (train == null && next.getAction() instanceof Train asked) {
            request = next;
            train = asked;
        }
    }

    void apply(TrainingProgress next) {
        boolean isFinal = RunSnapshot.isFinal(next.getState());
        if (latest != null && RunSnapshot.isFinal(latest.getState()) && !isFinal) {
            return;
        }
        if (next.getState() == TrainingState.READING) {
            stalls++;
        }
        if (next.getStep() > furthest) {
            furthest = next.getStep();
            stalls = 1;
        }
        latest = next;
        history.add(next);
    }

    /** Whether nothing more is to be done for it: it has ended, or its request is gone from the topic. */
    boolean isPast() {
        return train == null || (latest != null && RunSnapshot.isFinal(latest.getState()));
    }

    /** What is known, once it was asked for. */
    Optional<RunSnapshot> snapshot(int position) {
        return request == null || train == null
                ? Optional.empty()
                : Optional.of(new RunSnapshot(request, train, latest, cancelled, stalls, position));
    }

    /** Its progress records, thinned evenly where there are many, oldest first. */
    List<TrainingProgress> history() {
        return history.records();
    }
}
