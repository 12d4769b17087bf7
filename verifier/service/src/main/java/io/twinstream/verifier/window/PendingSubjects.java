package io.twinstream.verifier.window;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Pending subjects are the {@link SubjectCounts} of pending counts, as numbers at fixed places behind these. Bytes of zero hold no
 * verdict.
 *
 * <p>Maintainers: a flag, the bound (0 for none), the number of entries, then the entries in the order of their unsigned hashes
 * and bins: the hash, and bin and count in one number. A full table lets go of the subject with the highest hash.
 */
final class PendingSubjects {
    private static final int ENTRIES = 128;
    private static final int ENTRY_BYTES = 2 * Integer.BYTES;
    private static final int BOUND = Integer.BYTES;
    private static final int SIZE = BOUND + Integer.BYTES;
    private static final int FIRST = SIZE + Integer.BYTES;
    static final int BYTES = FIRST + ENTRIES * ENTRY_BYTES;

    private static final int COUNT_BITS = 24;
    private static final int MOST_COUNT = (1 << COUNT_BITS) - 1;

    private final ByteBuffer numbers;
    private final int begin;

    /** @param begin the place of the first number */
    PendingSubjects(ByteBuffer numbers, int begin) {
        this.numbers = numbers;
        this.begin = begin;
    }

    /** Notes that somebody came whom nobody knows, which makes all counts unknown. */
    void addUnknown() {
        numbers.putInt(begin, 1);
    }

    boolean known() {
        return numbers.getInt(begin) == 0;
    }

    /** Counts a verdict of a subject. */
    void add(int hash, int bin) {
        if (bound() != 0 && Integer.compareUnsigned(hash, bound()) >= 0) {
            return;
        }
        int at = find(hash, bin);
        if (at >= 0) {
            int packed = packed(at);
            if ((packed & MOST_COUNT) < MOST_COUNT) {
                numbers.putInt(place(at) + Integer.BYTES, packed + 1);
            }
            return;
        }
        if (size() == ENTRIES) {
            dropHighest();
            add(hash, bin);
            return;
        }
        int insert = -at - 1;
        for (int i = size(); i > insert; i--) {
            numbers.putLong(place(i), numbers.getLong(place(i - 1)));
        }
        numbers.putInt(place(insert), hash);
        numbers.putInt(place(insert) + Integer.BYTES, (bin << COUNT_BITS) | 1);
        numbers.putInt(begin + SIZE, size() + 1);
    }

    /** Lets go of the subject with the highest hash, and of all above it from now on. */
    private void dropHighest() {
        int size = size();
        int highest = hash(size - 1);
        while (size > 0 && hash(size - 1) == highest) {
            size--;
        }
        numbers.putInt(begin + SIZE, size);
        numbers.putInt(begin + BOUND, highest);
    }

    SubjectCounts counts() {
        List<Long> hashes = new ArrayList<>();
        List<Integer> bins = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            hashes.add(Integer.toUnsignedLong(hash(i)));
            bins.add(packed(i) >>> COUNT_BITS);
            counts.add((long) (packed(i) & MOST_COUNT));
        }
        return new SubjectCounts(
                bound() == 0 ? SubjectCounts.ALL : Integer.toUnsignedLong(bound()), hashes, bins, counts);
    }

    /** Returns the entry's index, or -1 less the index where it belongs. */
    private int find(int hash, int bin) {
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(hash(middle), hash);
            if (order == 0) {
                order = Integer.compare(packed(middle) >>> COUNT_BITS, bin);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private int bound() {
        return numbers.getInt(begin + BOUND);
    }

    private int size() {
        return numbers.getInt(begin + SIZE);
    }

    private int hash(int entry) {
        return numbers.getInt(place(entry));
    }

    private int packed(int entry) {
        return numbers.getInt(place(entry) + Integer.BYTES);
    }

    private int place(int entry) {
        return begin + FIRST + entry * ENTRY_BYTES;
    }
}
