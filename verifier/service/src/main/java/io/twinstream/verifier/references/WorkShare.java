package io.twinstream.verifier.references;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounds which share of the machine's processors a piece of background work takes, by pausing after each part of it. */
public final class WorkShare {
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final double pausePerWork;
    private final BooleanSupplier bounded;

    /**
     * Of one thread.
     *
     * @param share above 0, at most 1, of all processors
     * @param bounded false while the work may have all that it can get
     */
    public WorkShare(double share, int processors, BooleanSupplier bounded) {
        this.pausePerWork = Math.max(0, 1 / (share * processors) - 1);
        this.bounded = bounded;
    }

    /** Pauses as long as the work that was just done asks for; an interrupt ends the pause. */
    void worked(long nanos) {
        if (bounded.getAsBoolean()) {
            long until = System.nanoTime() + pause(nanos);
            while (until > System.nanoTime() && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
        }
    }

    long pause(long workNanos) {
        return Math.min((long) (workNanos * pausePerWork), LONGEST_PAUSE_NANOS);
    }
}
