package io.twinstream.schemas.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServicePartsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void partsCloseInTheReverseOrderOfTheirOpeningAndOnce() throws Exception {
        ServiceParts parts = ServiceParts.start(LONG, LONG, opening -> {
            opening.open(() -> closed.add("first"));
            opening.open(() -> closed.add("second"));
            return opening;
        });
        assertEquals(List.of(), closed);

        parts.close();
        parts.close();

        assertEquals(List.of("second", "first"), closed);
        assertEquals(List.of(), parts.left());
    }

    @Test
    void aStartThatFailsClosesWhatItHasOpened() {
        IOException cause = new IOException("no model");

        IOException met = assertThrows(
                IOException.class,
                () -> ServiceParts.start(LONG, LONG, opening -> {
                    opening.open(() -> closed.add("first"));
                    throw cause;
                }));

        assertSame(cause, met);
        assertEquals(List.of("first"), closed);
    }

    @Test
    void anErrorInTheStartClosesWhatItHasOpened() {
        assertThrows(
                StackOverflowError.class,
                () -> ServiceParts.start(LONG, LONG, opening -> {
                    opening.open(() -> closed.add("first"));
                    throw new StackOverflowError();
                }));

        assertEquals(List.of("first"), closed);
    }

    @Test
    void aPartThatFailsToCloseKeepsNoOtherFromClosing() {
        ServiceParts parts = ServiceParts.start(LONG, LONG, opening -> {
            opening.open(() -> closed.add("first"));
            opening.open(() -> {
                throw new IOException("torn");
            });
            return opening;
        });

        parts.close();

        assertEquals(List.of("first"), closed);
        assertEquals(List.of(), parts.left());
    }

    @Test
    void aPartThatDoesNotCloseInItsTimeIsNamedAndKeepsNoOtherFromClosing() {
        CountDownLatch never = new CountDownLatch(1);
        ServiceParts parts = ServiceParts.start(LONG, Duration.ZERO, opening -> {
            opening.open(new Stuck(never));
            return opening;
        });

        parts.close();

        assertEquals(List.of("Stuck"), parts.left());
        never.countDown();
    }

    private record Stuck(CountDownLatch never) implements AutoCloseable {
        @Override
        public void close() throws InterruptedException {
            never.await();
        }
    }
}
