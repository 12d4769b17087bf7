package io.twinstream.deploy.cli.console;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.utils.Signals;

/**
 * Lets a command wait for SIGINT and SIGTERM, so that main can stop its parts in order. A second signal ends the process at
 * once.
 *
 * <p>Maintainers: a shutdown hook won't do. The JVM runs all hooks together, ONNX Runtime's own among them, which frees
 * what threads of ours still use.
 */
public final class StopSignal {
    private final CompletableFuture<String> end = new CompletableFuture<>();

    private StopSignal() {}

    public static StopSignal install() {
        return install(() -> {});
    }

    /**
     * Installs a signal after which the process ends within that time, whatever it waits for: code in a native library can't be
     * interrupted.
     */
    public static StopSignal install(Duration most) {
        return install(() -> {
            Thread end = new Thread(() -> endAfter(most), "last-resort");
            end.setDaemon(true);
            end.start();
        });
    }

    private static StopSignal install(Runnable onSignal) {
        StopSignal stop = new StopSignal();
        for (String name : List.of("INT", "TERM")) {
            Signals.register(name, () -> {
                Signals.registerDefault(name);
                onSignal.run();
                stop.end.complete("");
            });
        }
        return stop;
    }

    private static void endAfter(Duration most) {
        try {
            TimeUnit.MILLISECONDS.sleep(most.toMillis());
            halt("stopping takes more than %d s".formatted(most.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process at once, without the hooks that take native libraries away from threads that use them. */
    public static void halt(String cause) {
        try {
            System.err.println("twinstream: " + cause + ": ended at once; what wasn't committed is done by others");
        } finally {
            // There may be no memory to say it with.
            Runtime.getRuntime().halt(ExitCodes.FAILURE);
        }
    }

    public boolean received() {
        return end.isDone();
    }

    /** Waits for a signal. */
    public void await() throws InterruptedException {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a signal, but not longer than that. */
    public void await(long millis) throws InterruptedException {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits for a signal or for a service's own end.
     *
     * @param ownEnd returns when the service has ended, with the cause or an empty text
     * @return the cause; empty after a signal
     */
    public String orEnd(Callable<String> ownEnd) throws Exception {
        Thread waiting = new Thread(
                () -> {
                    try {
                        end.complete(ownEnd.call());
                    } catch (Throwable e) {
                        // Whoever waits for the end throws it on, errors included.
                        end.completeExceptionally(e);
                    }
                },
                "service-end");
        waiting.setDaemon(true);
        waiting.start();
        return end.get();
    }
}
