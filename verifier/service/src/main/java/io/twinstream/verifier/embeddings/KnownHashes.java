package io.twinstream.verifier.embeddings;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Known hashes find the places of a file by their hashes, each place once; of very many places with one hash, only
 * some. Not safe for threads.
 */
final class KnownHashes {
    private static final int BYTES = EmbeddingFile.HASH_BYTES;
    private static final int ENTRY = EmbeddingFile.ENTRY_BYTES;
    private static final byte[] FREE = new byte[BYTES];

    /**
     * The most steps that a search takes from a hash's start, so that a picture that is enrolled over and over doesn't
     * make searches long.
     */
    private static final int STEPS = 100;

    private final byte[] entries;
    private final int places;
    private final int[] table;
    private final BitSet taken = new BitSet();

    /**
     * Builds the table.
     *
     * @param entries the entries of all places as {@link EmbeddingFile#entries} returns them
     */
    KnownHashes(byte[] entries) {
        this.entries = entries;
        this.places = used(entries);
        this.table = new int[Integer.highestOneBit(Math.max(1, places)) * 4];
        Arrays.fill(table, -1);
        for (int place = 0; place < places; place++) {
            if (!isFree(place)) {
                int at = start(entries, place * ENTRY);
                for (int step = 0; step < STEPS && table[at] >= 0; step++) {
                    at = next(at);
                }
                if (table[at] < 0) {
                    table[at] = place;
                }
            }
        }
    }

    private static int used(byte[] entries) {
        int places = entries.length / ENTRY;
        while (places > 0
                && Arrays.equals(entries, (places - 1) * ENTRY, (places - 1) * ENTRY + BYTES, FREE, 0, BYTES)) {
            places--;
        }
        return places;
    }

    /** Returns the place of a hash, which is given out no more, or -1 if there is none. */
    int take(byte[] hash) {
        int at = start(hash, 0);
        for (int step = 0; step <= STEPS && table[at] >= 0; step++) {
            if (!taken.get(table[at]) && is(table[at], hash)) {
                taken.set(table[at]);
                return table[at];
            }
            at = next(at);
        }
        return -1;
    }

    /** Returns the checksum that a place's entry has. */
    long checksum(int place) {
        return ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN).getLong(place * ENTRY + BYTES);
    }

    /** Returns how many places there are, without the free ones behind the last that isn't. */
    int places() {
        return places;
    }

    /** Returns the places that hold something and nobody has taken. */
    BitSet left() {
        BitSet left = new BitSet();
        for (int place = taken.nextClearBit(0); place < places; place = taken.nextClearBit(place + 1)) {
            left.set(place, !isFree(place));
        }
        return left;
    }

    /** Returns the places that hold nothing. */
    BitSet free() {
        BitSet free = new BitSet();
        for (int place = 0; place < places; place++) {
            free.set(place, isFree(place));
        }
        return free;
    }

    private boolean isFree(int place) {
        return is(place, FREE);
    }

    private boolean is(int place, byte[] hash) {
        return Arrays.equals(entries, place * ENTRY, place * ENTRY + BYTES, hash, 0, BYTES);
    }

    /** Returns where a hash's search starts, by its first bits, which are as good as a hash of it. */
    private int start(byte[] from, int at) {
        return ByteBuffer.wrap(from).getInt(at) & (table.length - 1);
    }

    private int next(int at) {
        return (at + 1) & (table.length - 1);
    }
}
