package io.twinstream.deploy.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends what a check has started, whatever ends the check. A verifier would otherwise wait for the check's broker to come back,
 * as it does for every broker, and nobody would ever end it.
 */
final class ChildProcesses {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private ChildProcesses() {}

    /** Has all processes below this one end with it. One that is killed by {@code SIGKILL} can't see to that. */
    static void endWithThis() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> end(ProcessHandle.current(), PATIENCE), "child-processes"));
    }

    /**
     * Ends all processes below this one, those included that are started meanwhile. Those that are still there when the patience
     * is over are killed.
     */
    static void end(ProcessHandle parent, Duration patience) {
        long last = System.nanoTime() + patience.toNanos();
        List<ProcessHandle> left = parent.descendants().toList();
        while (!left.isEmpty() && !Thread.currentThread().isInterrupted()) {
            boolean late = System.nanoTime() - last >= 0;
            left.forEach(late ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
            await(left, late ? PATIENCE.toNanos() : last - System.nanoTime());
            if (late) {
                return;
            }
            left = parent.descendants().toList();
        }
    }

    private static void await(List<ProcessHandle> processes, long nanos) {
        CompletableFuture<?>[] ends =
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Who called looks what is left.
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process can't be awaited", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
