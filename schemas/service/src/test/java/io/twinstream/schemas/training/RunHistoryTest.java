package io.twinstream.schemas.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
    @Test
    void aShortHistoryIsKeptWhole() {
        assertEquals(IntStream.rangeClosed(1, 200).boxed().toList(), stepsKeptOf(200));
    }

    @Test
    void aLongHistoryIsThinnedEvenlyAndHoldsTheFirstAndTheLast() {
        List<Integer> steps = stepsKeptOf(10_000);

        assertTrue(steps.size() <= RunHistory.MOST && steps.size() > RunHistory.MOST / 3, steps.toString());
        assertEquals(1, steps.get(0));
        assertEquals(10_000, steps.get(steps.size() - 1));
        int gap = steps.get(1) - steps.get(0);
        for (int i = 2; i < steps.size() - 1; i++) {
            assertEquals(gap, steps.get(i) - steps.get(i - 1), steps.toString());
        }
    }

    private static List<Integer> stepsKeptOf(int steps) {
        RunHistory history = new RunHistory();
        for (int step = 1; step <= steps; step++) {
            history.add(TrainingProgress.newBuilder()
                    .setRunId("r")
                    .setState(TrainingState.TRAINING)
                    .setModelName("letters")
                    .setModelVersion("1")
                    .setStep(step)
                    .setSteps(steps)
                    .setTime(Instant.EPOCH)
                    .build());
        }
        return history.records().stream().map(TrainingProgress::getStep).toList();
    }
}
