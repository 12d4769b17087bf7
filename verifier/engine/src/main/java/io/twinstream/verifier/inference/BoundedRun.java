package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a session that ends: when the calling thread has spent a bound of processor time on it, when twice that has
 * passed, or when it is told to. ONNX Runtime then leaves it between two nodes of the graph or two turns of a loop.
 *
 * <p>Maintainers: the second bound is for devices, whose runs take no processor time here, and is the wider one since a
 * thread may wait for a busy machine. One daemon thread looks at all runs; a run costs some hundred nanoseconds for it.
 */
final class BoundedRun implements AutoCloseable {
    private static final long LOOK_MS = 50;
    private static final int BUSY = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Set<BoundedRun> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Thread watch = new Thread(BoundedRun::watch, "inference-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private final long boundNanos;
    private final long threadId = Thread.currentThread().getId();
    private final long startNanos = System.nanoTime();
    private final long startProcessorNanos = THREADS.getCurrentThreadCpuTime();

    @GuardedBy("this")
    private OrtSession.@Nullable RunOptions options;

    @GuardedBy("this")
    private boolean expired;

    private BoundedRun(long boundNanos) {
        this.boundNanos = boundNanos;
    }

    /** Begins one on this thread. */
    static BoundedRun begin(long boundNanos) {
        BoundedRun run = new BoundedRun(boundNanos);
        RUNNING.add(run);
        return run;
    }

    /** To run the session with. */
    synchronized OrtSession.RunOptions options() throws OrtException {
        if (options == null) {
            options = new OrtSession.RunOptions();
            options.setTerminate(expired);
        }
        return options;
    }

    /** Ends it as soon as may be. For any thread. */
    synchronized void expire() {
        expired = true;
        if (options != null) {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw new IllegalStateException("a run can't be ended", e);
            }
        }
    }

    /** Whether it was to end before it did. */
    synchronized boolean expired() {
        return expired;
    }

    /** Processor time that it took this thread so far. */
    long processorNanos() {
        return THREADS.getCurrentThreadCpuTime() - startProcessorNanos;
    }

    @Override
    public void close() {
        RUNNING.remove(this);
        synchronized (this) {
            if (options != null) {
                options.close();
                options = null;
            }
        }
    }

    private void look() {
        long passed = System.nanoTime() - startNanos;
        if (passed > boundNanos
                && (passed > BUSY * boundNanos
                        || THREADS.getThreadCpuTime(threadId) - startProcessorNanos > boundNanos)) {
            expire();
        }
    }

    private static void watch() {
        while (true) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                // Nobody stops it: it ends with the process.
                Thread.interrupted();
            }
            RUNNING.forEach(BoundedRun::look);
        }
    }
}
