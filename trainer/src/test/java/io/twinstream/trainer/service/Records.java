package io.twinstream.trainer.service;

import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.record.TrainingState;
import java.time.Instant;

/** Makes records of runs, with nothing in them but what a test asks for. */
final class Records {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private Records() {}

    static TrainingRequest train(String runId) {
        Train train = Train.newBuilder()
                .setArchitecture("compact")
                .setModelName("letters")
                .setModelVersion(runId)
                .setImages("a")
                .setValidation("b")
                .setSteps(100)
                .setSeed(1)
                .setPublish(PublishPolicy.GATE)
                .build();
        return new TrainingRequest(runId, TIME, "test", train);
    }

    static TrainingRequest cancel(String runId) {
        return new TrainingRequest(runId, TIME, "test", new Cancel());
    }

    static TrainingProgress progress(String runId, TrainingState state, int step) {
        return TrainingProgress.newBuilder()
                .setRunId(runId)
                .setState(state)
                .setModelName("letters")
                .setModelVersion(runId)
                .setStep(step)
                .setSteps(100)
                .setTime(TIME)
                .build();
    }
}
