package io.twinstream.verifier.version;

import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets probes wait for their version, for a bounded time and so that it can be seen. Safe for many threads. */
public final class VersionWait {
    private static final long PAUSE_MS = 10;

    /** What trying gave: a lease, or the reason why there is none. */
    record Attempt(@Nullable ModelLease lease, String cause, boolean hopeless) {
        static Attempt of(ModelLease lease) {
            return new Attempt(lease, "", false);
        }

        static Attempt notYet(String cause) {
            return new Attempt(null, cause, false);
        }

        static Attempt never(String cause) {
            return new Attempt(null, cause, true);
        }
    }

    private final Duration bound;
    private final LongAdder waitedNanos = new LongAdder();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile String cause = "";

    VersionWait(Duration bound) {
        this.bound = bound;
    }

    /**
     * Tries until there is a lease.
     *
     * @throws VersionUnavailableException if there is none within the bound, or never can be
     */
    ModelLease until(Supplier<Attempt> attempt) {
        long start = System.nanoTime();
        waiting.incrementAndGet();
        try {
            while (true) {
                Attempt now = attempt.get();
                if (now.lease() != null) {
                    return now.lease();
                }
                cause = now.cause();
                if (now.hopeless()) {
                    throw new VersionUnavailableException(now.cause(), true);
                }
                if (System.nanoTime() - start > bound.toNanos()) {
                    throw new VersionUnavailableException(
                            "waited %d s: %s".formatted(bound.toSeconds(), now.cause()), false);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VersionUnavailableException("interrupted: " + cause, false);
        } finally {
            waiting.decrementAndGet();
            waitedNanos.add(System.nanoTime() - start);
            cause = "";
        }
    }

    /** What is waited for at this moment, or an empty text. */
    public String cause() {
        return cause;
    }

    /** Threads that wait at this moment, each with one probe. */
    public int waiting() {
        return waiting.get();
    }

    /** How long probes have waited since the start, summed over the threads. */
    public Duration total() {
        return Duration.ofNanos(waitedNanos.sum());
    }
}
