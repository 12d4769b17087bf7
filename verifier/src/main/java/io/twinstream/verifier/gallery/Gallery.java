package io.twinstream.verifier.gallery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The enrolled references of one model version, as embeddings in memory. Searches are exact and see a consistent
 * state; enrolling and erasing cost hardly more at any size. Safe for many threads: searches run side by side.
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
    private final NavigableMap<String, Map<String, Integer>> slots = new TreeMap<>();

    /** Of the references' records, by slot. */
    @GuardedBy("lock")
    private final Positions positions = new Positions();

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

    /** Enrols a reference that has no record, or replaces one by it. */
    public void put(ReferenceKey key, float[] embedding) {
        put(key, embedding, null);
    }

    /**
     * Enrols a reference, or replaces it.
     *
     * @param position of its record; null if it has none
     */
    public void put(ReferenceKey key, float[] embedding, @Nullable Position position) {
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
                slot = tiles.add(embedding);
                subject.put(key.referenceId(), slot);
                keys.add(key);
            }
            positions.set(slot, position);
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
        return identify(List.of(probe), most).get(0);
    }

    /** What each of the probes alone would find at this moment, for one pass over the gallery. */
    public List<Search> identify(List<float[]> probes, int most) {
        float[][] folded = probes.stream().map(function::fold).toArray(float[][]::new);
        lock.readLock().lock();
        try {
            return rankings(folded, most).stream()
                    .map(ranking -> new Search(ranking.best(), tiles.size()))
                    .toList();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The subject's reference most like the probe; empty if the subject has none. */
    public Search verify(float[] probe, String subjectId) {
        Ranking ranking = new Ranking(1);
        float[] folded = function.fold(probe);
        lock.readLock().lock();
        try {
            for (int slot : slots.getOrDefault(subjectId, Map.of()).values()) {
                ranking.offer(new Match(keys.get(slot), tiles.logit(folded, slot)));
            }
            return new Search(ranking.best(), tiles.size());
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Subjects in the order of their ids, a page of them: its cost grows with the page, not with the gallery.
     *
     * @param prefix that their ids begin with
     * @param after only those behind this id; an empty text for all
     */
    public SubjectPage subjects(String prefix, String after, int limit) {
        List<EnrolledSubject> page = new ArrayList<>();
        boolean behind = after.compareTo(prefix) >= 0;
        lock.readLock().lock();
        try {
            for (Map.Entry<String, Map<String, Integer>> each :
                    slots.tailMap(behind ? after : prefix, !behind).entrySet()) {
                if (page.size() == limit || !each.getKey().startsWith(prefix)) {
                    break;
                }
                page.add(new EnrolledSubject(
                        each.getKey(), List.copyOf(each.getValue().keySet())));
            }
            return new SubjectPage(page, slots.size());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Where the reference's record lies; empty if it isn't enrolled, or has none. */
    public Optional<Position> position(ReferenceKey key) {
        lock.readLock().lock();
        try {
            Integer slot = slots.getOrDefault(key.subjectId(), Map.of()).get(key.referenceId());
            return slot == null ? Optional.empty() : positions.get(slot);
        } finally {
            lock.readLock().unlock();
        }
    }

    @GuardedBy("lock")
    private List<Ranking> rankings(float[][] probes, int most) {
        List<Ranking> rankings =
                Stream.generate(() -> new Ranking(most)).limit(probes.length).toList();
        float[][] logits = new float[probes.length][MatchFunction.TILE];
        for (int tile = 0; tile < tiles.tiles(); tile++) {
            int count = tiles.logits(tile, probes, logits);
            for (int p = 0; p < probes.length; p++) {
                rank(rankings.get(p), tile * MatchFunction.TILE, logits[p], count);
            }
        }
        return rankings;
    }

    @GuardedBy("lock")
    private void rank(Ranking ranking, int firstSlot, float[] logits, int count) {
        float least = ranking.least();
        for (int i = 0; i < count; i++) {
            if (logits[i] >= least) {
                ranking.offer(new Match(keys.get(firstSlot + i), logits[i]));
                least = ranking.least();
            }
        }
    }

    @GuardedBy("lock")
    private void fill(int hole) {
        int last = tiles.size() - 1;
        if (hole != last) {
            ReferenceKey moved = keys.get(last);
            tiles.moveLast(hole);
            keys.set(hole, moved);
            positions.move(last, hole);
            slots.getOrDefault(moved.subjectId(), Map.of()).put(moved.referenceId(), hole);
        }
        keys.remove(last);
        tiles.removeLast();
    }
}
