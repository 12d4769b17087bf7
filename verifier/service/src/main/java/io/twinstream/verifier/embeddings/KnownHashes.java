package io.twinstream.verifier.embeddings;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Known hashes find the places of a file by their hashes, each place once; of very many places with one hash, only
 * some. Not safe for threads.
 */
final class KnownHashes {
    private static final int BYTES = EmbeddingFile.HASH_BYTES;
    private static final byte[] FREE = new byte[BYTES];

    /**
     * The most steps that a search takes from a hash's start, so that a picture that is enrolled over and over doesn't
     * make searches long.
     */
    private static final int STEPS = 100;

    private final byte[] hashes;
    private final int places;
    private final int[] table;
    private final BitSet taken = new BitSet();

    /**
     * Builds the table.
     *
     * @param hashes the hashes of all places, one after the other, with zeros where a place is free
     */
    KnownHashes(byte[] hashes) {
        this.hashes = hashes;
        this.places = hashes.length / BYTES;
        this.table = new int[Integer.highestOneBit(Math.max(1, places)) * 4];
        Arrays.fill(table, -1);
        for (int place = 0; place < places; place++) {
            if (!is(place, FREE)) {
                int at = start(hashes, place * BYTES);
                for (int step = 0; step < STEPS && table[at] >= 0; step++) {
                    at = next(at);
                }
                if (table[at] < 0) {
                    table[at] = place;
                }
            }
        }
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

    /** Returns the places that nobody has taken, free ones included. */
    BitSet left() {
        BitSet left = new BitSet();
        left.set(0, places);
        left.andNot(taken);
        return left;
    }

    private boolean is(int place, byte[] hash) {
        return Arrays.equals(hashes, place * BYTES, (place + 1) * BYTES, hash, 0, BYTES);
    }

    /** Returns where a hash's search starts, by its first bits, which are as good as a hash of it. */
    private int start(byte[] from, int at) {
        return ByteBuffer.wrap(from).getInt(at) & (table.length - 1);
    }

    private int next(int at) {
        return (at + 1) & (table.length - 1);
    }
}
