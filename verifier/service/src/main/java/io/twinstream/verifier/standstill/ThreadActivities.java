package io.twinstream.verifier.standstill;

import io.twinstream.verifier.standstill.ThreadActivity.Work;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Thread activities hold the {@link ThreadActivity} of each stream thread. Safe for many threads. */
public final class ThreadActivities {
    private final Map<Thread, ThreadActivity> byThread = new ConcurrentHashMap<>();

    /** Returns the activity of the calling thread. */
    public ThreadActivity ofThisThread() {
        return byThread.computeIfAbsent(Thread.currentThread(), thread -> new ThreadActivity());
    }

    /** Returns the work that has lasted longest, or empty if no thread works on a probe. */
    public Optional<Work> longest() {
        byThread.keySet().removeIf(thread -> !thread.isAlive());
        return byThread.values().stream()
                .map(ThreadActivity::now)
                .filter(Objects::nonNull)
                .min(Comparator.comparingLong(Work::sinceNanos));
    }
}
