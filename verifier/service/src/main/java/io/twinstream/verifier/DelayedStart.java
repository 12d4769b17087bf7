package io.twinstream.verifier;

import io.twinstream.schemas.threads.ServiceThreads;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A delayed start runs an action once, on a thread of its own, as soon as a condition holds. Closed before that, it
 * never runs it.
 */
final class DelayedStart implements AutoCloseable {
    private static final long LOOK_MS = 20;

    private final Thread thread;

    DelayedStart(ServiceThreads threads, BooleanSupplier condition, Runnable start) {
        thread = threads.thread("delayed-start", () -> {
            try {
                while (!condition.getAsBoolean()) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                }
                start.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void begin() {
        thread.start();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
