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

    /** The options to run the session with. */
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

    /**
     * How much processor time a run of a model may take: a minute while nothing is known of it; once it has been warmed four
     * times what a run of as many images took then, and never less than two seconds and a half. Safe for many threads.
     *
     * <p>Maintainers: a probe is run twice before it is given up, and both have to fit into what a transaction has left.
     */
    static final class Bounds {
        static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

        private static final long UNKNOWN_NANOS = TimeUnit.MINUTES.toNanos(1);
        private static final int TIMES = 4;

        /** What runs took, by the binary logarithm of the number of images; 0 where it isn't known. */
        private final AtomicLongArray measured = new AtomicLongArray(Integer.SIZE);

        /** The bound of a run of so many images. */
        long nanos(int images) {
            for (int size = log2(images); size >= 0; size--) {
                long known = measured.get(size);
                if (known > 0) {
                    return Math.max(LEAST_NANOS, TIMES * known * Math.max(1, images >> size));
                }
            }
            return UNKNOWN_NANOS;
        }

        /** Notes what a run of so many images took. */
        void measured(int images, long nanos) {
            measured.accumulateAndGet(log2(images), nanos, Math::max);
        }

        private static int log2(int images) {
            return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(images);
        }
    }
}
