package io.twinstream.verifier.version;

import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A version wait lets probes wait for their version, for a bounded time and visibly to operators. Safe for many
 * threads.
 */
public final class VersionWait {
    private static final long PAUSE_MS = 10;

    /** An attempt gave a lease, or the reason why there is none. */
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
    /** Holds the cause of each thread that waits, so that the end of one wait hides none of the others. */
    private final Map<Thread, String> causes = new ConcurrentHashMap<>();

    VersionWait(Duration bound) {
        this.bound = bound;
    }

    /**
     * Tries until there is a lease, and returns it.
     *
     * @throws VersionUnavailableException if there is no lease within the bound, or never can be
     */
    ModelLease until(Supplier<Attempt> attempt) {
        long start = System.nanoTime();
        String cause = "";
        try {
            while (true) {
                Attempt now = attempt.get();
                if (now.lease() != null) {
                    return now.lease();
                }
                cause = now.cause();
                causes.put(Thread.currentThread(), cause);
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
            causes.remove(Thread.currentThread());
            waitedNanos.add(System.nanoTime() - start);
        }
    }

    /** Returns what one of the threads waits for now, or an empty text if none waits. */
    public String cause() {
        return causes.values().stream().findFirst().orElse("");
    }

    /** Returns how many threads wait now, each with one probe. */
    public int waiting() {
        return causes.size();
    }

    /** Returns how long probes have waited since the start, summed over the threads. */
    public Duration total() {
        return Duration.ofNanos(waitedNanos.sum());
    }
}
