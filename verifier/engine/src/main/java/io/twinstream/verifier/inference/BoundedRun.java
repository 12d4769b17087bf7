package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded run is one run of an ONNX Runtime session that can be ended early. It ends when the calling thread has
 * spent a bound of processor time on it, when twice that bound has passed on the clock, or when another thread expires
 * it. ONNX Runtime then leaves the run between two nodes of the graph or two turns of a loop.
 *
 * <p>Maintainers: the bound on the clock is for devices, whose runs take no processor time here. It is wider because a
 * thread may wait for a busy machine. One daemon thread looks at all runs every 50 ms; that costs a run some hundred
 * nanoseconds.
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

    /** Begins a run on the calling thread, with this bound of processor time. */
    static BoundedRun begin(long boundNanos) {
        BoundedRun run = new BoundedRun(boundNanos);
        RUNNING.add(run);
        return run;
    }

    /** Returns the options that the session must be run with, so that this run can be ended. */
    synchronized OrtSession.RunOptions options() throws OrtException {
        if (options == null) {
            options = new OrtSession.RunOptions();
            options.setTerminate(expired);
        }
        return options;
    }

    /** Ends the run as soon as ONNX Runtime can leave it. Any thread may call this. */
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

    /** Returns whether the run was told to end before it was done. */
    synchronized boolean expired() {
        return expired;
    }

    /** Returns the processor time that the calling thread has spent since the run began. */
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
                // Nobody may stop this thread; it ends with the process.
                Thread.interrupted();
            }
            RUNNING.forEach(BoundedRun::look);
        }
    }

    /**
     * Run bounds say how much processor time a run of a model may take. Before the model is warmed a run may take a minute;
     * afterwards four times what a run of as many images took then, and at least 2.5 seconds. Safe for many threads.
     *
     * <p>Maintainers: a probe is run twice before it is given up, and both have to fit into what a transaction has
     * left.
     */
    static final class RunBounds {
        static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

        private static final long UNKNOWN_NANOS = TimeUnit.MINUTES.toNanos(1);
        private static final int TIMES = 4;

        /**
         * Holds the nanoseconds that runs took, by the binary logarithm of the number of images, and 0 where none was
         * measured.
         */
        private final AtomicLongArray measured = new AtomicLongArray(Integer.SIZE);

        /** Returns the nanoseconds of processor time that a run of so many images may take. */
        long nanos(int images) {
            for (int size = log2(images); size >= 0; size--) {
                long known = measured.get(size);
                if (known > 0) {
                    return Math.max(LEAST_NANOS, TIMES * known * Math.max(1, images >> size));
                }
            }
            return UNKNOWN_NANOS;
        }

        /** Notes the nanoseconds of processor time that a run of so many images took; the longest one counts. */
        void measured(int images, long nanos) {
            measured.accumulateAndGet(log2(images), nanos, Math::max);
        }

        private static int log2(int images) {
            return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(images);
        }
    }
}
