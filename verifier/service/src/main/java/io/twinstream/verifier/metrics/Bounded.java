package io.twinstream.verifier.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The first so many different values, for ever. Safe for many threads. */
final class Bounded<T> {
    private final Set<T> admitted = ConcurrentHashMap.newKeySet();
    private final int limit;

    Bounded(int limit) {
        this.limit = limit;
    }

    /** Whether a value is among them; lets it in while there is room. */
    boolean admits(T value) {
        return admitted.contains(value) || (admitted.size() < limit && admit(value));
    }

    private synchronized boolean admit(T value) {
        return admitted.contains(value) || (admitted.size() < limit && admitted.add(value));
    }
}
