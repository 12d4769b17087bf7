package io.twinstream.verifier.embeddings;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.verifier.match.KeptNumbers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedding store keeps the folded embeddings of one model version's references in a file, each in a place whose number the
 * caller remembers. They can be read from there without holding them in the heap. If the file can't be used nothing is kept and
 * nothing found. A file that fails is deleted, and a full disk is waited for. Safe for many threads.
 *
 * <p>An embedding that was in the file at the start is found by {@link #claim}, once, until {@link #complete}
 * overwrites those that nobody has claimed. So the file never holds more than was enrolled at once, before the start
 * and since.
 */
public final class EmbeddingStore implements KeptNumbers, AutoCloseable {
    /** Stands for no place. */
    public static final int NONE = -1;

    private static final Logger log = LoggerFactory.getLogger(EmbeddingStore.class);

    private final Path path;
    private final Runnable whenClosed;

    /** Holds the file's channel; null where nothing is kept, or nothing any more. */
    @GuardedBy("this")
    private @Nullable FileChannel channel;

    @GuardedBy("this")
    private @Nullable EmbeddingFile file;

    @GuardedBy("this")
    private @Nullable KnownHashes known;

    @GuardedBy("this")
    private final Deque<Integer> free = new ArrayDeque<>();

    @GuardedBy("this")
    private int places;

    /** The number of places that the file had at the start. */
    @GuardedBy("this")
    private int before;

    /** Holds what is mapped of the file; null where there never was one. */
    private final @Nullable MappedEmbeddings mapped;

    private final AtomicInteger claimed = new AtomicInteger();

    /** This is true once a full disk was logged. */
    @GuardedBy("this")
    private boolean full;

    /** Creates a store that keeps nothing. */
    EmbeddingStore() {
        this.path = Path.of("");
        this.whenClosed = () -> {};
        this.mapped = null;
    }

    /**
     * Creates a store on a file.
     *
     * @param channel the file's locked channel, which the store closes
     */
    EmbeddingStore(Path path, FileChannel channel, String key, int length, Runnable whenClosed) {
        this.path = path;
        this.channel = channel;
        this.whenClosed = whenClosed;
        EmbeddingFile opened = new EmbeddingFile(channel, key, length);
        mapped = new MappedEmbeddings(path, opened);
        try {
            int found = opened.open();
            if (found < 0) {
                log.warn("{} holds no embeddings of this model, they are computed anew", path);
            }
            before = Math.max(0, found);
            known = new KnownHashes(opened.entries(before));
            places = known.places();
            for (int place : known.free().stream().toArray()) {
                free.addLast(place);
            }
            mapped.cover(places);
            file = opened;
        } catch (IOException e) {
            fail(e);
        }
    }

    /**
     * Finds the embedding that was kept for a picture, and hands its place over to the caller.
     *
     * @param hash the SHA-256 of the picture's bytes
     * @param into receives the folded embedding
     * @return the embedding's place, or {@link #NONE}
     */
    public int claim(byte[] hash, float[] into) {
        EmbeddingFile from;
        int place;
        long checksum;
        synchronized (this) {
            place = file == null || known == null ? NONE : known.take(hash);
            if (file == null || known == null || place == NONE) {
                return NONE;
            }
            from = file;
            checksum = known.checksum(place);
        }
        // The place is this caller's alone, so many callers read at once.
        try {
            if (from.read(place, hash, checksum, into)) {
                claimed.incrementAndGet();
                return place;
            }
        } catch (IOException e) {
            failReading(from, e);
            return NONE;
        }
        log.warn("an embedding in {} is damaged and is computed anew", path);
        erase(place);
        return NONE;
    }

    /** Gives a file up that can't be read, unless the store was closed under the reader. */
    private synchronized void failReading(EmbeddingFile from, IOException why) {
        if (file == from) {
            fail(why);
        }
    }

    /**
     * Keeps a folded embedding of a picture. Returns its place, or {@link #NONE} if it isn't kept, for instance while the
     * disk is full.
     */
    public synchronized int keep(byte[] hash, float[] embedding) {
        if (file == null || mapped == null) {
            return NONE;
        }
        int place = free.isEmpty() ? places++ : free.removeFirst();
        mapped.cover(place + 1);
        try {
            file.write(place, hash, embedding);
            mapped.prove(place, embedding);
            if (full) {
                log.info("embeddings are kept in {} again", path);
                full = false;
            }
            return place;
        } catch (EmbeddingFile.CutException e) {
            fail(e);
            return NONE;
        } catch (IOException e) {
            if (file.undo(place)) {
                free.addFirst(place);
                if (!full) {
                    log.warn(
                            "new embeddings can't be kept in {} until its disk has room, and are computed anew at the next start: {}",
                            path,
                            e.getMessage());
                    full = true;
                }
            } else {
                fail(e);
            }
            return NONE;
        }
    }

    /** Returns whether a place can be read, for as long as there is the store, closed or not. */
    @Override
    public boolean holds(int place) {
        return mapped != null && mapped.holds(place);
    }

    @Override
    public void read(int place, float[] into) {
        if (mapped == null || !mapped.read(place, into)) {
            lost();
            throw new UnreadableNumbersException(
                    "%s was cut by somebody, or its disk fails: embeddings of references can't be read from it any more"
                            .formatted(path));
        }
    }

    /** Gives a file up whose content is gone while it is in use. */
    private synchronized void lost() {
        if (file != null) {
            fail(new IOException("its content is gone"));
        }
    }

    /** Overwrites the content of a place; for {@link #NONE}, does nothing. */
    public void erase(int place) {
        if (place != NONE) {
            wipe(place);
        }
    }

    private synchronized void wipe(int place) {
        if (file == null) {
            return;
        }
        try {
            file.wipe(place);
            free.addFirst(place);
        } catch (IOException e) {
            fail(e);
        }
    }

    /**
     * Overwrites what the file held at the start and nobody has claimed. The caller has claimed or kept all that is
     * enrolled.
     */
    public synchronized void complete() {
        if (file == null || known == null) {
            return;
        }
        log.info("{}: {} embeddings read back", path.getFileName(), claimed.get());
        KnownHashes found = known;
        known = null;
        wipeFree();
        found.left().stream().forEach(this::erase);
    }

    private synchronized void wipeFree() {
        try {
            for (int place : free) {
                wipeFree(place);
            }
            for (int place = places; place < before; place++) {
                wipeFree(place);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    @GuardedBy("this")
    private void wipeFree(int place) throws IOException {
        if (file != null) {
            file.wipeFree(place);
        }
    }

    /** Ends writing: nothing is found, kept or erased from now on. What is kept can be read on. */
    public synchronized void end() {
        file = null;
        known = null;
    }

    /** Gives the file to the next user, who may write to it. Nobody is to read from this store any more. */
    @Override
    public synchronized void close() {
        end();
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                log.warn("{} could not be closed: {}", path, e.getMessage());
            }
            channel = null;
            whenClosed.run();
        }
    }

    /** Deletes a file that can't be read or written, since erasures could no longer reach it. */
    private synchronized void fail(IOException why) {
        log.warn(
                "no embeddings are kept until their version is opened again, and {} is deleted, since it can't be read or written: {}",
                path,
                why.toString());
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.error(
                    "{} can't be deleted, though it holds embeddings that erasures no longer reach, delete it by hand: {}",
                    path,
                    e.getMessage());
        }
        close();
    }
}
