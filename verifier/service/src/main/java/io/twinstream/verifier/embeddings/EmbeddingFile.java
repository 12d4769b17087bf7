package io.twinstream.verifier.embeddings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedding file has numbered places, each free or with a hash and a folded embedding. Not safe for threads, but for {@link
 * #read}.
 *
 * <p>Maintainers: the layout is a header and then blocks of {@link #BLOCK} entries (a hash, a checksum) with their
 * embeddings behind them, so that all hashes are read with few bytes between. A free place is all zeros. The checksum
 * finds what a crash has torn. The hash is written before the embedding and wiped after it, so an embedding never
 * stands in a place that looks free.
 */
final class EmbeddingFile {
    private static final Logger log = LoggerFactory.getLogger(EmbeddingFile.class);

    static final int HASH_BYTES = 32;

    private static final String FORMAT = "twinstream embeddings 2";
    private static final int HEADER_BYTES = 4096;
    /** This is the number of places of a block. */
    static final int BLOCK = 1024;

    static final int ENTRY_BYTES = HASH_BYTES + Long.BYTES;

    private final FileChannel channel;
    /** The end of all that was written: a file that ends before it was cut. */
    private long end;

    private final int embeddingBytes;
    private final byte[] header;
    private final ByteBuffer entry;
    private final ByteBuffer embedding;
    private final ByteBuffer zeros;
    /** Holds buffers for embeddings that are read, as many as are read at once. */
    private final Queue<ByteBuffer> readers = new ConcurrentLinkedQueue<>();

    /**
     * Creates the file's reader and writer.
     *
     * @param key identifies everything that the embeddings depend on except the pictures
     */
    EmbeddingFile(FileChannel channel, String key, int length) {
        this.channel = channel;
        this.embeddingBytes = length * Float.BYTES;
        this.header =
                Arrays.copyOf("%s%n%s%n%d%n".formatted(FORMAT, key, length).getBytes(UTF_8), HEADER_BYTES);
        this.entry = buffer(ENTRY_BYTES);
        this.embedding = buffer(embeddingBytes);
        this.zeros = buffer(Math.max(ENTRY_BYTES, embeddingBytes));
    }

    /**
     * Opens the file and returns its number of places. A file of another kind, key or length is emptied first, and
     * gives -1.
     */
    int open() throws IOException {
        byte[] found = new byte[HEADER_BYTES];
        boolean filled = channel.size() > 0;
        end = channel.size();
        if (read(ByteBuffer.wrap(found), 0) && Arrays.equals(found, header)) {
            long bytes = channel.size() - HEADER_BYTES;
            long behind = Math.max(0, bytes % blockBytes() - BLOCK * (long) ENTRY_BYTES);
            return (int) (bytes / blockBytes() * BLOCK + (behind + embeddingBytes - 1) / embeddingBytes);
        }
        channel.truncate(0);
        end = 0;
        write(ByteBuffer.wrap(header), 0);
        return filled ? -1 : 0;
    }

    /**
     * Returns the entries of the first places, one after the other: a hash and, little-endian, a checksum each, with zeros
     * where a place is free.
     */
    byte[] entries(int places) throws IOException {
        byte[] entries = new byte[places * ENTRY_BYTES];
        for (int first = 0; first < places; first += BLOCK) {
            int count = Math.min(BLOCK, places - first);
            if (!read(ByteBuffer.wrap(entries, first * ENTRY_BYTES, count * ENTRY_BYTES), entryAt(first))) {
                throw new IOException("it ends within a block");
            }
        }
        return entries;
    }

    /** Returns how many whole blocks some bytes hold, and at least one. */
    int blocks(long bytes) {
        return (int) Math.max(1, bytes / blockBytes());
    }

    /** Makes the file so long that it has some whole blocks. What it gets is a hole, which reads as zeros. */
    void lengthen(int blocks) throws IOException {
        long end = HEADER_BYTES + blocks * blockBytes();
        if (channel.size() < end) {
            write(zeros.clear().limit(1), end - 1);
        }
    }

    /** Maps whole blocks for reading. */
    FloatBuffer map(int block, int count) throws IOException {
        return channel.map(MapMode.READ_ONLY, HEADER_BYTES + block * blockBytes(), count * blockBytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /** Returns how many floats lie between the beginning of a block and the embedding of a place. */
    int floatsBefore(int place, int block) {
        return (int) ((embeddingAt(place) - HEADER_BYTES - block * blockBytes()) / Float.BYTES);
    }

    /**
     * Reads the embedding of a place, and returns false if it isn't whole, or the checksum isn't that of the hash and it.
     * Many threads may read at once, each a place that nobody writes.
     */
    boolean read(int place, byte[] hash, long checksum, float[] into) throws IOException {
        ByteBuffer known = readers.poll();
        ByteBuffer bytes = known == null ? buffer(embeddingBytes) : known;
        if (!read(bytes.clear(), embeddingAt(place))) {
            return false;
        }
        bytes.clear().asFloatBuffer().get(into);
        boolean whole = checksum(hash, bytes) == checksum;
        readers.add(bytes);
        return whole;
    }

    void write(int place, byte[] hash, float[] values) throws IOException {
        embedding.clear().asFloatBuffer().put(values);
        entry.clear().put(hash).putLong(checksum(hash, embedding)).flip();
        write(entry, entryAt(place));
        write(embedding, embeddingAt(place));
    }

    /**
     * Wipes what a failed write left in a place.
     *
     * @return whether the place is empty now
     */
    boolean undo(int place) {
        // A full disk has taken the front of the place, and so takes as many zeros there.
        overwrite(embeddingBytes, embeddingAt(place));
        overwrite(ENTRY_BYTES, entryAt(place));
        try {
            return isZero(embedding.clear(), embeddingAt(place)) && isZero(entry.clear(), entryAt(place));
        } catch (IOException e) {
            return false;
        }
    }

    private void overwrite(int bytes, long at) {
        try {
            write(zeros.clear().limit(bytes), at);
        } catch (IOException e) {
            log.debug("zeros don't fit either", e);
        }
    }

    /** Returns true if there are only zeros, up to the end of the file. */
    private boolean isZero(ByteBuffer into, long at) throws IOException {
        int end = read(into, at) ? into.limit() : into.position();
        return into.slice(0, end).equals(zeros.clear().slice(0, end));
    }

    /** Overwrites the embedding of a free place where there is one: a machine that crashed may have kept it without its entry. */
    void wipeFree(int place) throws IOException {
        if (!isZero(embedding.clear(), embeddingAt(place))) {
            wipe(place);
        }
    }

    /** Overwrites a place with zeros. */
    void wipe(int place) throws IOException {
        write(zeros.clear().limit(embeddingBytes), embeddingAt(place));
        write(zeros.clear().limit(ENTRY_BYTES), entryAt(place));
    }

    /** Returns the checksum of a hash and of all that a buffer has room for. */
    private static long checksum(byte[] hash, ByteBuffer values) {
        CRC32C checksum = new CRC32C();
        checksum.update(hash);
        checksum.update(values.duplicate().clear());
        return checksum.getValue();
    }

    private boolean read(ByteBuffer into, long at) throws IOException {
        long next = at;
        while (into.hasRemaining()) {
            int count = channel.read(into, next);
            if (count < 0) {
                return false;
            }
            next += count;
        }
        return true;
    }

    /**
     * Writes bytes.
     *
     * @throws CutException if somebody has cut the file: what is written behind its end would make zeros of all that it has lost
     */
    private void write(ByteBuffer bytes, long at) throws IOException {
        if (channel.size() < end) {
            throw new CutException();
        }
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
            end = Math.max(end, next);
        }
    }

    /** A cut exception says that a file has lost its end. */
    static final class CutException extends IOException {
        CutException() {
            super("somebody has cut it");
        }
    }

    private long entryAt(int place) {
        return blockAt(place) + place % BLOCK * (long) ENTRY_BYTES;
    }

    private long embeddingAt(int place) {
        return blockAt(place) + BLOCK * (long) ENTRY_BYTES + place % BLOCK * (long) embeddingBytes;
    }

    private long blockAt(int place) {
        return HEADER_BYTES + place / BLOCK * blockBytes();
    }

    private long blockBytes() {
        return BLOCK * (long) (ENTRY_BYTES + embeddingBytes);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
