package io.twinstream.ingest.answer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CatchingUpTest {
    private final CatchingUp catchingUp = new CatchingUp();
    private String trouble = "";

    @Test
    void troubleSendsAwayWhoWaitsAlready() {
        CompletableFuture<?> waiting = catchingUp.doneOrTroubled(() -> trouble);
        assertFalse(waiting.isDone());

        trouble = "the topic is forbidden";
        catchingUp.troubled();

        assertTrue(waiting.isDone());
        assertTrue(catchingUp.doneOrTroubled(() -> trouble).isDone());
    }

    @Test
    void troubleThatIsOverKeepsNobodyFromWaiting() {
        catchingUp.troubled();
        CompletableFuture<?> waiting = catchingUp.doneOrTroubled(() -> trouble);
        assertFalse(waiting.isDone());

        catchingUp.done();

        assertTrue(waiting.isDone());
    }
}
