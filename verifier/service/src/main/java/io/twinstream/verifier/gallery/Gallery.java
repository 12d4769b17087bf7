package io.twinstream.verifier.gallery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The enrolled references of one model version, as embeddings in memory. Enrolling and erasing cost hardly more at any
 * size, and wait for no more of a search than a tile, a millisecond's work. Safe for many threads: searches run side by side.
 *
 * <p>Searches are exact: one finds what stood all the time that it took, whole, and of what was enrolled, replaced or erased
 * meanwhile either state. Memory is that of the most references enrolled at once.
 *
 * <p>Maintainers: the lock is held for a tile at a time, so a reference must not move to another slot: a search that is
 * between the two would miss it. An erased one's slot is the next reference's.
 */
public final class Gallery {
    /** The place of a reference that isn't enrolled. */
    public static final int NO_PLACE = -1;

    private static final long IDLE_SECONDS = 10;

    private final ReadWriteLock lock;
    private final MatchFunction function;
    private final int threads;
    private final ExecutorService helpers;

    @GuardedBy("lock")
    private final Tiles tiles;

    /** The references' names by slot, and their slots by name. */
    @GuardedBy("lock")
    private final SlotNames names = new SlotNames();

    /** The positions of the references' records, by slot. */
    @GuardedBy("lock")
    private final SlotPositions positions = new SlotPositions();

    /** Searches on the callers' threads alone. */
    public Gallery(MatchFunction function) {
        this(function, 1);
    }

    /** @param threads that a search takes, the caller's and others: one less than this for all searches together */
    public Gallery(MatchFunction function, int threads) {
        this(function, threads, new ReentrantReadWriteLock());
    }

    Gallery(MatchFunction function, int threads, ReadWriteLock lock) {
        this.lock = lock;
        this.function = function;
        this.threads = threads;
        this.helpers = helpers(Math.max(1, threads - 1));
        this.tiles = new Tiles(function);
    }

    /** Threads that end where nobody searches, so that a gallery needs no closing. */
    private static ExecutorService helpers(int threads) {
        ThreadPoolExecutor helpers = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "gallery-search");
                    thread.setDaemon(true);
                    return thread;
                });
        helpers.allowCoreThreadTimeOut(true);
        return helpers;
    }

    /** References enrolled. */
    public int size() {
        lock.readLock().lock();
        try {
            return names.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Enrols a reference that has no record, or replaces one by it. */
    public void put(ReferenceKey key, float[] embedding) {
        put(key, embedding, null, NO_PLACE);
    }

    /**
     * Enrols a reference, or replaces it.
     *
     * @param position of its record; null if it has none
     * @param place that {@link #place} is to answer
     */
    public void put(ReferenceKey key, float[] embedding, @Nullable Position position, int place) {
        if (embedding.length != function.length()) {
            throw new IllegalArgumentException(
                    "an embedding has %d components, was %d".formatted(function.length(), embedding.length));
        }
        lock.writeLock().lock();
        try {
            int slot = names.put(key);
            if (slot < tiles.size()) {
                tiles.set(slot, embedding);
            } else {
                tiles.add(embedding);
            }
            positions.set(slot, position, place);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Erases a reference; false if there was none. */
    public boolean erase(ReferenceKey key) {
        lock.writeLock().lock();
        try {
            int slot = names.erase(key);
            if (slot < 0) {
                return false;
            }
            tiles.wipe(slot);
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
    public SearchResult identify(float[] probe, int most) {
        return identify(List.of(probe), most).get(0);
    }

    /** What each of the probes alone would find, for one pass over the gallery. */
    public List<SearchResult> identify(List<float[]> probes, int most) {
        return identify(probes, Collections.nCopies(probes.size(), most));
    }

    /**
     * What each of the probes alone would find, for one pass over the gallery.
     *
     * @param most how many subjects to return, for each of the probes
     */
    public List<SearchResult> identify(List<float[]> probes, List<Integer> most) {
        float[][] folded = probes.stream().map(function::fold).toArray(float[][]::new);
        int size = size();
        return new TileSearch(tiles, names, lock.readLock(), helpers, threads)
                .rankings(folded, most).stream()
                        .map(ranking -> new SearchResult(ranking.best(), size))
                        .toList();
    }

    /** The subject's reference most like the probe; empty if the subject has none. */
    public SearchResult verify(float[] probe, String subjectId) {
        Ranking ranking = new Ranking(1);
        float[] folded = function.fold(probe);
        lock.readLock().lock();
        try {
            for (int slot : names.slots(subjectId)) {
                ranking.offer(new Match(names.key(slot), tiles.logit(folded, slot)));
            }
            return new SearchResult(ranking.best(), names.size());
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
        lock.readLock().lock();
        try {
            return new SubjectPage(names.page(prefix, after, limit), names.subjects());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The position of the reference's record; empty if the reference isn't enrolled, or has no record. */
    public Optional<Position> position(ReferenceKey key) {
        lock.readLock().lock();
        try {
            int slot = names.slot(key);
            return slot < 0 ? Optional.empty() : positions.get(slot);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The place that a reference was enrolled with; {@link #NO_PLACE} if it isn't enrolled. */
    public int place(ReferenceKey key) {
        lock.readLock().lock();
        try {
            int slot = names.slot(key);
            return slot < 0 ? NO_PLACE : positions.place(slot);
        } finally {
            lock.readLock().unlock();
        }
    }
}
