package io.twinstream.verifier.gallery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The enrolled references of one model version, as embeddings in memory. Searches are exact and see a consistent
 * state; enrolling and erasing cost the same at any size. Safe for many threads: searches run side by side.
 *
 * <p>Maintainers: erasing moves the last slot into the hole, so slots stay dense; nobody outside sees a slot.
 */
public final class Gallery {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final MatchFunction function;

    @GuardedBy("lock")
    private final Tiles tiles;

    @GuardedBy("lock")
    private final List<ReferenceKey> keys = new ArrayList<>();

    /** Subject to reference to slot. */
    @GuardedBy("lock")
    private final Map<String, Map<String, Integer>> slots = new HashMap<>();

    public Gallery(MatchFunction function) {
        this.function = function;
        this.tiles = new Tiles(function);
    }

    /** References enrolled. */
    public int size() {
        lock.readLock().lock();
        try {
            return tiles.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Enrols a reference, or replaces it. */
    public void put(ReferenceKey key, float[] embedding) {
        if (embedding.length != function.length()) {
            throw new IllegalArgumentException(
                    "an embedding has %d components, was %d".formatted(function.length(), embedding.length));
        }
        lock.writeLock().lock();
        try {
            Map<String, Integer> subject = slots.computeIfAbsent(key.subjectId(), id -> new TreeMap<>());
            Integer slot = subject.get(key.referenceId());
            if (slot != null) {
                tiles.set(slot, embedding);
            } else {
                subject.put(key.referenceId(), tiles.add(embedding));
                keys.add(key);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Erases a reference; false if there was none. */
    public boolean erase(ReferenceKey key) {
        lock.writeLock().lock();
        try {
            Map<String, Integer> subject = slots.get(key.subjectId());
            Integer slot = subject == null ? null : subject.remove(key.referenceId());
            if (subject == null || slot == null) {
                return false;
            }
            if (subject.isEmpty()) {
                slots.remove(key.subjectId());
            }
            fill(slot);
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * The references most like the probe, each subject once with its best, best first.
     *
     * @param most how many subjects to return
     */
    public Search identify(float[] probe, int most) {
        Ranking ranking = new Ranking(most);
        float[] logits = new float[Tiles.TILE];
        lock.readLock().lock();
        try {
            for (int tile = 0; tile < tiles.tiles(); tile++) {
                int count = tiles.logits(tile, probe, logits);
                for (int i = 0; i < count; i++) {
                    if (ranking.mayEnter(logits[i])) {
                        ranking.offer(new Match(keys.get(tile * Tiles.TILE + i), logits[i]));
                    }
                }
            }
            return new Search(ranking.best(), tiles.size());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The subject's reference most like the probe; empty if the subject has none. */
    public Search verify(float[] probe, String subjectId) {
        Ranking ranking = new Ranking(1);
        lock.readLock().lock();
        try {
            for (int slot : slots.getOrDefault(subjectId, Map.of()).values()) {
                ranking.offer(new Match(keys.get(slot), function.logit(probe, tiles.get(slot))));
            }
            return new Search(ranking.best(), tiles.size());
        } finally {
            lock.readLock().unlock();
        }
    }

    @GuardedBy("lock")
    private void fill(int hole) {
        int last = tiles.size() - 1;
        if (hole != last) {
            ReferenceKey moved = keys.get(last);
            tiles.set(hole, tiles.get(last));
            keys.set(hole, moved);
            slots.getOrDefault(moved.subjectId(), Map.of()).put(moved.referenceId(), hole);
        }
        keys.remove(last);
        tiles.removeLast();
    }
}
