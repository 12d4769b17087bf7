package io.twinstream.verifier.embeddings;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mapped embeddings are the embeddings of a file as the system maps it into memory: it holds what is used, and takes that back
 * where memory is scarce. What was written to the file is read at once. Many threads may read; one at a time maps.
 *
 * <p>Maintainers: only whole blocks are mapped, and the file is lengthened to their end first, since memory behind the end of a file
 * can't be read. Ranges double up to {@link #AHEAD_BYTES}, so that a large file takes few of the mappings that a process may
 * have. Nothing is unmapped by hand: a mapping ends with the last object that refers to it, and lives on when the file is
 * deleted. Where a page of a mapping is gone, because a file was cut or its disk failed, the JVM stops the copy that hits it, and
 * throws an {@link InternalError} some time later.
 */
final class MappedEmbeddings {
    private static final Logger log = LoggerFactory.getLogger(MappedEmbeddings.class);

    private static final int BLOCK = EmbeddingFile.BLOCK;
    /** The most bytes that are mapped ahead of what is written. */
    private static final long AHEAD_BYTES = 64 << 20;

    /** The most bytes that are mapped together, since a buffer has less than 2 GiB. */
    private static final long MOST_BYTES = 1 << 30;

    private static final int PAUSES = 20;
    private static final long PAUSE_NANOS = 100_000;

    /**
     * A range is some blocks that are mapped together.
     *
     * @param numbers all that stands in the blocks
     * @param block the first of them
     */
    private record Range(FloatBuffer numbers, int block) {}

    private final Path path;
    private final EmbeddingFile file;

    /** Holds the range of each block; it is replaced, never changed. */
    private volatile Range[] ranges = new Range[0];

    /** This is false once the file has shown that no more of it can be mapped. */
    private boolean mappable = true;

    /** This is true once a mapping has shown what was written after it was made. */
    private boolean proven;

    private volatile boolean trusted = true;

    MappedEmbeddings(Path path, EmbeddingFile file) {
        this.path = path;
        this.file = file;
    }

    /** Maps the blocks up to that of the last of some places, if that is possible now. */
    void cover(int places) {
        int needed = (places + BLOCK - 1) / BLOCK;
        while (mappable && ranges.length < needed) {
            int from = ranges.length;
            int ahead = Math.max(1, Math.min(from, file.blocks(AHEAD_BYTES)));
            int count = Math.min(Math.max(needed - from, ahead), file.blocks(MOST_BYTES));
            try {
                file.lengthen(from + count);
            } catch (IOException e) {
                // Its disk is full, and writing tells that. The next place tries it again.
                log.debug("{} can't be lengthened", path, e);
                return;
            }
            try {
                Range range = new Range(file.map(from, count), from);
                Range[] more = Arrays.copyOf(ranges, from + count);
                Arrays.fill(more, from, more.length, range);
                ranges = more;
            } catch (IOException e) {
                mappable = false;
                tell(e.toString());
            }
        }
    }

    /** Lets the mapping show, once, that it has what was just written to a place. */
    void prove(int place, float[] written) {
        if (!proven && holds(place) && !isCut(written)) {
            proven = true;
            float[] found = new float[written.length];
            if (!read(place, found) || !Arrays.equals(found, written)) {
                trusted = false;
                tell("what is written to it doesn't show there");
            }
        }
    }

    private void tell(String why) {
        log.warn("{} can't be mapped into memory, so numbers of references are held in the heap: {}", path, why);
    }

    boolean holds(int place) {
        return trusted && place >= 0 && place / BLOCK < ranges.length;
    }

    /**
     * Reads the embedding of a place, whose first and last numbers are numbers.
     *
     * @return false if it can't be read any more
     */
    boolean read(int place, float[] into) {
        Range range = ranges[place / BLOCK];
        // A copy that is stopped leaves one end as it was.
        into[0] = Float.NaN;
        into[into.length - 1] = Float.NaN;
        try {
            range.numbers().get(file.floatsBefore(place, range.block()), into);
            if (!isCut(into)) {
                return true;
            }
            // The error of the fault is to end nothing but this.
            for (int i = 0; i < PAUSES; i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InternalError e) {
            log.debug("a page of {} is gone", path, e);
        }
        return false;
    }

    private static boolean isCut(float[] numbers) {
        return Float.isNaN(numbers[0]) || Float.isNaN(numbers[numbers.length - 1]);
    }
}
