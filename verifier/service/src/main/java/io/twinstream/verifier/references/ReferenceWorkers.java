package io.twinstream.verifier.references;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.verifier.references.ReferenceWorker.KeyedRecord;
import io.twinstream.verifier.references.ReferenceWorker.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reference workers work slices of references off, on threads of their own or on the caller's. A slice comes to the same
 * wherever it is worked off. Safe for many threads.
 */
final class ReferenceWorkers {
    private static final long IDLE_SECONDS = 10;

    private final Supplier<ReferenceWorker> maker;
    private final ExecutorService threads;

    /** Holds the workers that nobody uses now; the one that was used last comes first. */
    @GuardedBy("this")
    private final Deque<ReferenceWorker> idle = new ArrayDeque<>();

    @GuardedBy("this")
    private final List<ReferenceWorker> busy = new ArrayList<>();

    @GuardedBy("this")
    private boolean ended;

    /**
     * Creates workers as they are needed.
     *
     * @param most how many threads of their own they have at most
     */
    ReferenceWorkers(int most, Supplier<ReferenceWorker> maker) {
        this.maker = maker;
        this.threads = threads(most);
    }

    /** Creates threads that end where nothing is built, so that nobody has to close them. */
    private static ExecutorService threads(int most) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "gallery-build");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Begins a slice on another thread. What is returned waits for its outcomes, and throws what the work has thrown. */
    Supplier<List<Outcome>> begin(List<KeyedRecord> slice) {
        CompletableFuture<List<Outcome>> begun = CompletableFuture.supplyAsync(() -> work(slice), threads);
        return () -> {
            try {
                return begun.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e;
            }
        };
    }

    /** Works a slice off on the calling thread. Once the workers were ended, all of it is left. */
    List<Outcome> work(List<KeyedRecord> slice) {
        ReferenceWorker worker = take();
        if (worker == null) {
            return ReferenceWorker.left(slice);
        }
        // A worker that fails is not used again, since its batch may be half full.
        List<Outcome> outcomes = worker.work(slice);
        giveBack(worker);
        return outcomes;
    }

    private synchronized @Nullable ReferenceWorker take() {
        if (ended) {
            return null;
        }
        ReferenceWorker worker = idle.isEmpty() ? maker.get() : idle.pop();
        busy.add(worker);
        return worker;
    }

    private synchronized void giveBack(ReferenceWorker worker) {
        busy.remove(worker);
        idle.push(worker);
    }

    /** Lets go of all idle workers but one, with the buffers that they hold. */
    synchronized void keepOne() {
        while (idle.size() > 1) {
            idle.removeLast();
        }
    }

    /** Ends all workers: when this returns none runs the model, and none will. */
    void end() {
        List<ReferenceWorker> working;
        synchronized (this) {
            ended = true;
            working = List.copyOf(busy);
        }
        working.forEach(ReferenceWorker::cancel);
        working.forEach(ReferenceWorker::end);
    }
}
