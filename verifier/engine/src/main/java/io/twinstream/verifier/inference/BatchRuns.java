package io.twinstream.verifier.inference;

import ai.onnxruntime.OrtException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batch runs are the bounded runs of one batch, one after the other on its thread. Any thread may cancel them.
 */
final class BatchRuns {
    /** A bounded task runs a session; it throws if the run fails, or is ended before it is done. */
    interface BoundedTask {
        void run(BoundedRun bounded) throws OrtException;
    }

    private long tookNanos;
    private volatile @Nullable BoundedRun current;
    private volatile boolean cancelled;

    /**
     * Runs a task; returns false if that took longer than its bound.
     *
     * @param failure says what failed, for the message where it does
     * @throws InferenceException if it fails for another reason than its bound
     */
    boolean run(long boundNanos, Supplier<String> failure, BoundedTask task) {
        try (BoundedRun bounded = BoundedRun.begin(boundNanos)) {
            current = bounded;
            if (cancelled) {
                bounded.expire();
            }
            try {
                task.run(bounded);
                tookNanos = bounded.processorNanos();
                return true;
            } catch (OrtException e) {
                if (bounded.expired()) {
                    return false;
                }
                throw new InferenceException(failure.get(), e);
            }
        } finally {
            current = null;
        }
    }

    /** Returns the processor time that the last run took that wasn't ended. */
    long tookNanos() {
        return tookNanos;
    }

    /** Ends the current run and every later one at once. Any thread may call this. */
    void cancel() {
        cancelled = true;
        BoundedRun run = current;
        if (run != null) {
            run.expire();
        }
    }

    boolean isCancelled() {
        return cancelled;
    }
}
