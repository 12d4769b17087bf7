package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.TrainingState;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunBoardTest {
    private final RunBoard board = new RunBoard();

    @Test
    void runsWaitInTheOrderOfTheirRequests() {
        for (String id : List.of("a", "b", "c")) {
            board.apply(Records.train(id));
            board.apply(Records.progress(id, TrainingState.QUEUED, 0));
        }
        board.apply(Records.progress("a", TrainingState.TRAINING, 1));

        assertEquals(
                List.of(0, 1, 2),
                board.all().stream().map(RunSnapshot::position).toList());
    }

    @Test
    void progressThatIsReadBeforeTheRequestsLeavesTheirOrder() {
        board.apply(Records.progress("b", TrainingState.TRAINING, 7));
        board.apply(Records.train("a"));
        assertEquals(List.of("a"), ids());

        board.apply(Records.train("b"));

        assertEquals(List.of("a", "b"), ids());
        assertEquals(TrainingState.TRAINING, find("b").state());
    }

    @Test
    void whatComesAfterTheEndChangesNothingUnlessItIsAnEnd() {
        board.apply(Records.train("a"));
        board.apply(Records.progress("a", TrainingState.FAILED, 3));
        board.apply(Records.progress("a", TrainingState.TRAINING, 4));
        assertEquals(TrainingState.FAILED, find("a").state());

        board.apply(Records.progress("a", TrainingState.PUBLISHED, 5));

        assertEquals(TrainingState.PUBLISHED, find("a").state());
    }

    @Test
    void aRunThatIsBegunAgainAndAgainStallsUntilItGetsFurther() {
        board.apply(Records.train("a"));
        board.apply(Records.progress("a", TrainingState.READING, 0));
        board.apply(Records.progress("a", TrainingState.TRAINING, 10));
        board.apply(Records.progress("a", TrainingState.READING, 10));
        board.apply(Records.progress("a", TrainingState.TRAINING, 10));
        board.apply(Records.progress("a", TrainingState.READING, 10));
        assertEquals(3, find("a").stalls());

        board.apply(Records.progress("a", TrainingState.TRAINING, 11));

        assertEquals(1, find("a").stalls());
    }

    @Test
    void aSecondRequestUnderAnIdChangesNothingAndACancellationHolds() {
        board.apply(Records.train("a"));
        board.apply(Records.cancel("a"));
        board.apply(Records.train("a"));

        assertEquals(1, board.all().size());
        assertTrue(find("a").cancelled());
    }

    @Test
    void oldRunsThatHaveEndedAreForgottenAndOpenOnesAreNot() {
        board.apply(Records.train("open"));
        for (int i = 0; i < 3_000; i++) {
            board.apply(Records.train("r" + i));
            board.apply(Records.progress("r" + i, TrainingState.PUBLISHED, 1));
        }

        assertTrue(board.all().size() <= 1_001, () -> "kept " + board.all().size());
        assertTrue(board.find("open").isPresent());
        assertTrue(board.find("r2999").isPresent());
        assertFalse(board.find("r0").isPresent());
    }

    private List<String> ids() {
        return board.all().stream().map(RunSnapshot::id).toList();
    }

    private RunSnapshot find(String id) {
        return board.find(id).orElseThrow();
    }
}
