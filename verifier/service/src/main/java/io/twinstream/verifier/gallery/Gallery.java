package io.twinstream.verifier.gallery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.match.CodedTiles;
import io.twinstream.verifier.match.KeptNumbers;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A gallery holds the enrolled references of one model version as embeddings: their codes in memory, and their numbers there too
 * unless they are kept elsewhere. Enrolling and erasing cost hardly more at any size, and wait for at most a tile of a search, a
 * millisecond's work. Safe for many threads: searches run side by side.
 *
 * <p>Searches are exact: a search finds every reference that was enrolled throughout the search, and of those enrolled,
 * replaced or erased meanwhile the state before or after. Memory is that of the most references enrolled at once.
 *
 * <p>Maintainers: the lock is held for a tile at a time, so a reference must not move to another slot, or a search
 * between the two would miss it. The slot of an erased reference goes to the next one.
 */
public final class Gallery {
    /** This is the place of a reference that isn't enrolled. */
    public static final int NO_PLACE = -1;

    private static final long IDLE_SECONDS = 10;

    /** A search looks through as many subjects at a time. */
    private static final int PIECE = 1_000;

    private final ReadWriteLock lock;
    private final MatchFunction function;
    private final int threads;
    private final ExecutorService helpers;

    @GuardedBy("lock")
    private final CodedTiles tiles;

    /** Holds the references' names by slot, and their slots by name. */
    @GuardedBy("lock")
    private final SlotNames names = new SlotNames();

    /** Holds the positions of the references' records, by slot. */
    @GuardedBy("lock")
    private final SlotPositions positions = new SlotPositions();

    /** Creates an empty gallery that is searched on the callers' threads alone. */
    public Gallery(MatchFunction function) {
        this(function, 1);
    }

    /**
     * Creates an empty gallery.
     *
     * @param threads how many threads a search takes, the caller's included; all searches together share the others
     */
    public Gallery(MatchFunction function, int threads) {
        this(function, threads, new ReentrantReadWriteLock());
    }

    Gallery(MatchFunction function, int threads, ReadWriteLock lock) {
        this.lock = lock;
        this.function = function;
        this.threads = threads;
        this.helpers = helpers(Math.max(1, threads - 1));
        this.tiles = new CodedTiles(function);
    }

    /** Creates threads that end where nobody searches, so that a gallery needs no closing. */
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

    /** Returns how many references are enrolled. */
    public int size() {
        lock.readLock().lock();
        try {
            return names.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Enrols or replaces a reference that has no record. */
    public void put(ReferenceKey key, float[] embedding) {
        put(key, embedding, null, NO_PLACE);
    }

    /**
     * Enrols a reference whose numbers nobody keeps elsewhere, or replaces it.
     *
     * @param position the position of the reference's record; null if it has none
     * @param place the place that {@link #place} returns for it
     */
    public void put(ReferenceKey key, float[] embedding, @Nullable Position position, int place) {
        requireLength(embedding, function.length());
        putFolded(key, function.fold(embedding), position, place, KeptNumbers.NOTHING);
    }

    /**
     * Enrols a reference, or replaces it.
     *
     * @param folded the folded embedding, which is handed over
     * @param position the position of the reference's record; null if it has none
     * @param place the place that {@link #place} returns for it
     * @param kept keeps the numbers of the place, if it holds it, until the reference was erased or replaced
     */
    public void putFolded(ReferenceKey key, float[] folded, @Nullable Position position, int place, KeptNumbers kept) {
        requireLength(folded, function.foldedLength());
        lock.writeLock().lock();
        try {
            int slot = names.put(key);
            if (slot < tiles.size()) {
                tiles.setFolded(slot, folded, kept, place);
            } else {
                tiles.addFolded(folded, kept, place);
            }
            positions.set(slot, position, place);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void requireLength(float[] embedding, int length) {
        if (embedding.length != length) {
            throw new IllegalArgumentException(
                    "an embedding has %d components, was %d".formatted(length, embedding.length));
        }
    }

    /** Erases a reference, and returns false if there was none. */
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
     * Returns the references most like the probe, each subject once with its best, best first.
     *
     * @param most how many subjects to return at most
     */
    public SearchResult identify(float[] probe, int most) {
        return identify(List.of(probe), most).get(0);
    }

    /** Returns what each probe alone would find, by one pass over the gallery. */
    public List<SearchResult> identify(List<float[]> probes, int most) {
        return identify(probes, Collections.nCopies(probes.size(), most));
    }

    /**
     * Returns what each probe alone would find, by one pass over the gallery.
     *
     * @param most how many subjects to return at most, for each of the probes
     */
    public List<SearchResult> identify(List<float[]> probes, List<Integer> most) {
        float[][] folded = probes.stream().map(function::fold).toArray(float[][]::new);
        int size = size();
        return new TileSearch(tiles, names, lock.readLock(), helpers, threads)
                .rankings(folded, most).stream()
                        .map(ranking -> new SearchResult(ranking.best(), size))
                        .toList();
    }

    /** Returns the subject's reference most like the probe, or none if the subject has none. */
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
     * Returns a page of the subjects in the order of their ids. Its cost grows with the page, not with the gallery.
     *
     * @param prefix what the ids begin with
     * @param after the id that the page begins behind; an empty text for the first page
     */
    public SubjectPage subjects(String prefix, String after, int limit) {
        lock.readLock().lock();
        try {
            return new SubjectPage(names.page(prefix, after, limit), names.subjects());
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Returns a page of the subjects whose ids have a text in them, in whatever case, in the order of their ids. It
     * looks through the gallery a piece at a time, so that no enrolment waits for it.
     *
     * @param after the id that the page begins behind; an empty text for the first page
     */
    public SubjectPage subjectsWith(String part, String after, int limit) {
        String wanted = part.toLowerCase(Locale.ROOT);
        List<EnrolledSubject> found = new ArrayList<>();
        String behind = after;
        while (true) {
            SubjectPage piece = subjects("", behind, PIECE);
            piece.subjects().stream()
                    .filter(each -> each.subject().toLowerCase(Locale.ROOT).contains(wanted))
                    .limit(limit - found.size())
                    .forEach(found::add);
            if (found.size() == limit || piece.subjects().size() < PIECE) {
                return new SubjectPage(found, piece.total());
            }
            behind = piece.subjects().get(PIECE - 1).subject();
        }
    }

    /** Returns the position of the reference's record, or empty if the reference isn't enrolled or has no record. */
    public Optional<Position> position(ReferenceKey key) {
        lock.readLock().lock();
        try {
            int slot = names.slot(key);
            return slot < 0 ? Optional.empty() : positions.get(slot);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns the place that a reference was enrolled with, or {@link #NO_PLACE} if it isn't enrolled. */
    public int place(ReferenceKey key) {
        lock.readLock().lock();
        try {
            int slot = names.slot(key);
            return slot < 0 ? NO_PLACE : positions.place(slot);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * A subject page is a page of the enrolled subjects.
     *
     * @param subjects the subjects in the order of their ids
     * @param total the number of subjects in all
     */
    public record SubjectPage(List<EnrolledSubject> subjects, int total) {
        public SubjectPage {
            subjects = List.copyOf(subjects);
        }
    }

    /**
     * An enrolled subject has at least one reference in the gallery.
     *
     * @param references the ids of the subject's references, in order
     */
    public record EnrolledSubject(String subject, List<String> references) {
        public EnrolledSubject {
            references = List.copyOf(references);
        }
    }

    /**
     * Slot positions keep, by slot, the positions of references' records and the places where their embeddings are kept.
     * Not safe for threads.
     */
    private static final class SlotPositions {
        private static final long NONE = -1;
        private static final int FIRST = 64;

        private long[] packed = new long[FIRST];
        private long[] appendedMs = new long[FIRST];
        private int[] places = new int[FIRST];

        /**
         * Sets the position and the place of a slot.
         *
         * @param position the record's position; null if there is no record
         */
        void set(int slot, @Nullable Position position, int place) {
            if (slot >= packed.length) {
                packed = Arrays.copyOf(packed, Math.max(slot + 1, packed.length + packed.length / 2));
                appendedMs = Arrays.copyOf(appendedMs, packed.length);
                places = Arrays.copyOf(places, packed.length);
            }
            packed[slot] = position == null ? NONE : position.pack();
            appendedMs[slot] = position == null ? 0 : position.appendedMs();
            places[slot] = place;
        }

        Optional<Position> get(int slot) {
            return packed[slot] == NONE
                    ? Optional.empty()
                    : Optional.of(Position.unpack(packed[slot], appendedMs[slot]));
        }

        int place(int slot) {
            return places[slot];
        }
    }
}
