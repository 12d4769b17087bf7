package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.version.VersionWait.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionWaitTest {
    private final ServingModel model = ServingModels.byDistance();
    private final ModelLease lease = ModelChoice.always(model).serving(Instant.EPOCH);

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void itTriesUntilThereIsALease() {
        VersionWait wait = new VersionWait(Duration.ofMinutes(1));
        AtomicInteger tries = new AtomicInteger();

        ModelLease got = wait.until(() -> {
            if (tries.incrementAndGet() < 3) {
                return Attempt.notYet("letters/2 is BUILDING");
            }
            assertEquals("letters/2 is BUILDING", wait.cause());
            assertEquals(1, wait.waiting());
            return Attempt.of(lease);
        });

        assertSame(lease, got);
        assertEquals(3, tries.get());
        assertEquals("", wait.cause());
        assertEquals(0, wait.waiting());
        assertTrue(wait.total().toNanos() > 0);
    }

    @Test
    void theEndOfOneWaitHidesNoOther() {
        VersionWait wait = new VersionWait(Duration.ofMinutes(1));
        AtomicInteger tries = new AtomicInteger();

        wait.until(() -> {
            if (tries.incrementAndGet() == 1) {
                return Attempt.notYet("letters/2 is BUILDING");
            }
            CompletableFuture.supplyAsync(() -> wait.until(() -> Attempt.of(lease)))
                    .join();
            assertEquals("letters/2 is BUILDING", wait.cause());
            assertEquals(1, wait.waiting());
            return Attempt.of(lease);
        });

        assertEquals(2, tries.get());
        assertEquals("", wait.cause());
    }

    @Test
    void theEndOfItsPatienceNamesTheCause() {
        VersionWait wait = new VersionWait(Duration.ofMillis(1));

        VersionUnavailableException end = assertThrows(
                VersionUnavailableException.class, () -> wait.until(() -> Attempt.notYet("letters/2 is BUILDING")));

        assertEquals("waited 0 s: letters/2 is BUILDING", end.getMessage());
        assertFalse(end.hopeless());
    }

    @Test
    void whatCanNeverBeIsNotWaitedFor() {
        VersionWait wait = new VersionWait(Duration.ofDays(1));

        VersionUnavailableException end = assertThrows(
                VersionUnavailableException.class, () -> wait.until(() -> Attempt.never("letters/2 is refused")));

        assertTrue(end.hopeless());
    }
}
