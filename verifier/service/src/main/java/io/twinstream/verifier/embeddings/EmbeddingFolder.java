package io.twinstream.verifier.embeddings;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedding folder holds files of embeddings, one for each model version, each used by one verifier at a time. Safe
 * for many threads.
 */
public final class EmbeddingFolder {
    private static final Logger log = LoggerFactory.getLogger(EmbeddingFolder.class);
    private static final String SUFFIX = ".embeddings";
    private static final Duration BETWEEN_SWEEPS = Duration.ofHours(1);

    /** Holds the files that this process uses, since closing one a second time would give up the lock on it. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final @Nullable Path folder;
    private long sweptNanos = System.nanoTime();

    /**
     * Creates the access to a folder.
     *
     * @param folder the folder's path; with an empty text nothing is kept
     */
    public EmbeddingFolder(String folder) {
        this.folder = folder.isEmpty() ? null : Path.of(folder).toAbsolutePath().normalize();
    }

    /**
     * Opens a version's store; one that keeps nothing where no folder is set, or the file can't be used.
     *
     * @param key identifies everything that an embedding depends on except the picture, so that the same picture under
     *     the same key gives the same one; the file's name
     * @param length the number of components of a folded embedding
     */
    public EmbeddingStore open(String key, int length) {
        if (folder == null) {
            return new EmbeddingStore();
        }
        Path file = folder.resolve(key + SUFFIX);
        try {
            Files.createDirectories(folder);
            FileChannel channel = locked(file, StandardOpenOption.CREATE);
            if (channel != null) {
                return new EmbeddingStore(file, channel, key, length, () -> IN_USE.remove(file));
            }
            log.warn(
                    "{} is in use by another verifier, so this one keeps no embeddings and computes them at each start: give each verifier a folder of its own by verifier.embeddings.dir",
                    file);
        } catch (IOException e) {
            log.warn(
                    "no embeddings are kept until the next start, which computes them anew: see whether the folder of verifier.embeddings.dir can be written: {}",
                    e.toString());
        }
        return new EmbeddingStore();
    }

    /**
     * Deletes files that nobody uses, since erasures don't reach versions that aren't held. It runs once an hour, and
     * first after an hour, when all versions that should be held are.
     */
    public synchronized void sweep() {
        if (System.nanoTime() - sweptNanos > BETWEEN_SWEEPS.toNanos()) {
            sweptNanos = System.nanoTime();
            sweepNow();
        }
    }

    void sweepNow() {
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                delete(file);
            }
        } catch (IOException e) {
            log.warn(
                    "{} can't be listed to delete embeddings of dropped versions; it is tried again in an hour: {}",
                    folder,
                    e.toString());
        }
    }

    private static void delete(Path file) throws IOException {
        try (FileChannel channel = locked(file, StandardOpenOption.WRITE)) {
            if (channel != null) {
                Files.deleteIfExists(file);
                log.info("{} is deleted: no version uses it", file);
                IN_USE.remove(file);
            }
        } catch (NoSuchFileException e) {
            log.debug("another process has removed {}", file);
        }
    }

    /** Opens and locks the file, or returns null if somebody else has locked it. */
    private static @Nullable FileChannel locked(Path file, StandardOpenOption option) throws IOException {
        if (!IN_USE.add(file)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(
                    file, Set.copyOf(List.of(StandardOpenOption.READ, StandardOpenOption.WRITE, option)));
            locked = channel.tryLock() != null;
            return locked ? channel : null;
        } finally {
            if (!locked) {
                IN_USE.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }
}
