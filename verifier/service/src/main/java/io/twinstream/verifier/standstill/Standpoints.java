package io.twinstream.verifier.standstill;

import io.twinstream.verifier.standstill.Standpoint.At;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link Standpoint} of each stream thread. Safe for many threads. */
public final class Standpoints {
    private final Map<Thread, Standpoint> byThread = new ConcurrentHashMap<>();

    /** The standpoint of the calling thread. */
    public Standpoint ofThisThread() {
        return byThread.computeIfAbsent(Thread.currentThread(), thread -> new Standpoint());
    }

    /** What has been worked on for longest; empty where no thread is at anything. */
    public Optional<At> oldest() {
        byThread.keySet().removeIf(thread -> !thread.isAlive());
        return byThread.values().stream()
                .map(Standpoint::now)
                .filter(Objects::nonNull)
                .min(Comparator.comparingLong(At::sinceNanos));
    }
}
