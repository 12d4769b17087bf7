package io.twinstream.schemas.threads;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServiceThreadsTest {
    private final ServiceThreads threads = new ServiceThreads();

    @Test
    void anErrorThatEndsAThreadIsCountedAndKept() throws Exception {
        end("gallery acme/7", new AssertionError("lost"));

        assertEquals(1, threads.failures().get("gallery").sum());
        assertEquals("the thread gallery acme/7 was ended by java.lang.AssertionError: lost", threads.trouble());
        assertFalse(threads.broken().isDone(), "the JVM itself is whole");
    }

    @Test
    void eachKindsFirstTroubleIsShown() throws Exception {
        end("gallery acme/7", new AssertionError("one"));
        end("gallery acme/8", new AssertionError("two"));
        end("keeper", new IllegalStateException("three"));

        assertEquals(
                "the thread gallery acme/7 was ended by java.lang.AssertionError: one; "
                        + "the thread keeper was ended by java.lang.IllegalStateException: three",
                threads.trouble());
        assertEquals(2, threads.failures().get("gallery").sum());
    }

    @Test
    void aFailureOfTheJvmItselfEndsTheService() throws Exception {
        end("first", new OutOfMemoryError("Java heap space"));

        assertEquals(
                "the thread first was ended: memory is used up: Java heap space; -Xmx in TWINSTREAM_JAVA_OPTS allows for more, as -Xmx2g",
                threads.awaitEnd());
    }

    @Test
    void theProcessEndsAtOnceWhereNoMemoryIsLeftToSayWhy() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        Thread thread = new ServiceThreads(ended::incrementAndGet).thread("first", () -> {
            throw new OutOfMemoryError() {
                @Override
                public String getMessage() {
                    throw new OutOfMemoryError();
                }
            };
        });
        thread.start();
        thread.join();

        assertEquals(1, ended.get());
    }

    @Test
    void aClassThatCannotBeLoadedEndsTheServiceWhateverItIsWrappedIn() throws Exception {
        end("first", new IllegalStateException(new NoClassDefFoundError("a/B")));

        assertTrue(threads.broken().isDone());
    }

    @Test
    void anExecutorDoesNotHideWhatEndsRepeatedWork() throws Exception {
        ScheduledExecutorService executor = threads.scheduled("looks", 1);
        try {
            var look = executor.scheduleWithFixedDelay(
                    () -> {
                        throw new AssertionError("lost");
                    },
                    0,
                    1,
                    TimeUnit.MILLISECONDS);

            assertThrows(ExecutionException.class, () -> look.get(10, TimeUnit.SECONDS));
            await().until(() -> !threads.trouble().isEmpty());
            assertEquals("the thread looks was ended by java.lang.AssertionError: lost", threads.trouble());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aJobsErrorIsItsCallersAndCounted() {
        assertThrows(
                AssertionError.class,
                () -> threads.job("erasure", () -> {
                            throw new AssertionError("lost");
                        })
                        .get());

        assertEquals(1, threads.failures().get("erasure").sum());
        assertEquals("", threads.trouble(), "no thread was ended");
    }

    @Test
    void aThreadIsCountedFromItsBeginningOn() {
        Thread unused = threads.thread("gallery acme/7", () -> {});

        assertEquals(0, threads.failures().get("gallery").sum());
    }

    private void end(String name, Throwable failure) throws InterruptedException {
        Thread thread = threads.thread(name, () -> {
            throw ServiceThreadsTest.<RuntimeException>sneaky(failure);
        });
        thread.start();
        thread.join();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
        throw (T) failure;
    }
}
