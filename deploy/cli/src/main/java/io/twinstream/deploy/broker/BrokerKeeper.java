package io.twinstream.deploy.broker;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.machine.FolderSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the one broker of a process, and starts it again when its disk has failed and can be written to again. Kafka's own way
 * is to halt the process. What was acknowledged is there after the new start.
 *
 * <ol>
 *   <li>Kafka wants to end the process: its thread ends instead
 *   <li>stop what is left of the broker
 *   <li>wait until the folder takes files again and has some room
 *   <li>start a broker on the same folder and ports
 * </ol>
 *
 * It ends for good where a step takes too long, or the broker fails again and again, soon after its start, on a disk that is well.
 */
public final class BrokerKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BrokerKeeper.class);

    /** Room for some segments' indexes and a snapshot of the metadata, in bytes. */
    private static final long ROOM_BYTES = 8 << 20;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofSeconds(60);
    private static final int MOST_FAILURES = 3;

    private final BrokerOptions options;
    private final Path folder;
    private final String bootstrapServers;
    private final BlockingQueue<String> failures = new ArrayBlockingQueue<>(1);
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final Thread thread;

    /** The broker that runs; null while it is down. */
    private volatile @Nullable EmbeddedBroker broker;

    private BrokerKeeper(EmbeddedBroker first, BrokerOptions given) {
        broker = first;
        bootstrapServers = first.bootstrapServers();
        folder = requireNonNull(given.folder());
        int port = Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
        options = new BrokerOptions(folder, given.host(), port, given.controllerPort(), given.overrides());
        thread = new Thread(this::keep, "broker-keeper");
        thread.setDaemon(true);
    }

    /**
     * Starts a broker.
     *
     * @param options with a folder
     * @throws IOException as {@link EmbeddedBroker#start} has it
     */
    public static BrokerKeeper start(BrokerOptions options) throws IOException {
        BrokerKeeper keeper = new BrokerKeeper(EmbeddedBroker.start(options), options);
        Exit.setHaltProcedure(keeper::fail);
        Exit.setExitProcedure(keeper::fail);
        keeper.thread.start();
        return keeper;
    }

    /** Returns host and port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Waits for the end; returns the error that caused it, in one line. */
    public String awaitEnd() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            thread.interrupt();
            thread.join();
            EmbeddedBroker last = broker;
            if (last != null && !ended.isDone()) {
                last.close();
            } else {
                within("stop", this::abandon);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            log.warn(e.getMessage());
        } finally {
            Exit.resetHaltProcedure();
            Exit.resetExitProcedure();
        }
    }

    /** Notes the failure. Kafka's threads call this, and must go no further, so that it always throws. */
    private void fail(int status, @Nullable String message) {
        boolean unused = failures.offer(message == null ? "Kafka gives the broker up" : message);
        throw new IllegalStateException("the broker is stopped");
    }

    private void keep() {
        try {
            long started = System.nanoTime();
            int inVain = 0;
            while (true) {
                String reason = failures.take();
                String trouble = FolderSpace.trouble(folder, ROOM_BYTES);
                boolean isSoon = System.nanoTime() - started < STEP.toNanos();
                inVain = trouble.isEmpty() && isSoon ? inVain + 1 : 0;
                if (inVain == MOST_FAILURES) {
                    ended.complete("the broker failed again and again, its log says why: " + reason);
                    return;
                }
                restart(trouble.isEmpty() ? reason : trouble);
                started = System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            ended.complete(e.getMessage());
        }
    }

    private void restart(String reason) throws InterruptedException, TimeoutException {
        long since = System.nanoTime();
        log.error("the broker stands still until its disk can be written to: {}", reason);
        try {
            within("stop", this::abandon);
        } catch (IOException e) {
            log.warn("the broker was not stopped cleanly: {}", e.getMessage());
        }
        while (!FolderSpace.trouble(folder, ROOM_BYTES).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        failures.clear();
        try {
            within("start", () -> broker = EmbeddedBroker.start(options));
            log.warn(
                    "the broker runs again after {} s",
                    Duration.ofNanos(System.nanoTime() - since).toSeconds());
        } catch (IOException e) {
            boolean unused = failures.offer("it can't be started again: " + e.getMessage());
        }
    }

    private @Nullable Void abandon() throws IOException {
        EmbeddedBroker failed = broker;
        broker = null;
        if (failed != null) {
            failed.abandon();
        }
        return null;
    }

    /** Does a step that may hang on a failing disk, within a bound. */
    private static void within(String step, Callable<?> work)
            throws IOException, InterruptedException, TimeoutException {
        FutureTask<?> task = new FutureTask<>(work);
        Thread worker = new Thread(task, "broker-" + step);
        worker.setDaemon(true);
        worker.start();
        try {
            task.get(STEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null
                            ? e.toString()
                            : String.valueOf(e.getCause().getMessage()),
                    e);
        } catch (TimeoutException e) {
            TimeoutException told = new TimeoutException(
                    "the broker's disk failed, and it did not %s within %d s".formatted(step, STEP.toSeconds()));
            told.initCause(e);
            throw told;
        }
    }
}
