package io.twinstream.verifier.match;

import java.util.Arrays;

/**
 * Open references of a probe are those of which its codes don't tell whether they count, though they look like none of the best. They
 * are compared last: the limit falls meanwhile, and leaves most of them out. For one thread.
 */
final class OpenReferences {
    private static final int FIRST = 32;
    private static final int MOST = 512;

    private int[] slots = new int[0];
    private int[] distances = new int[0];
    private int count;

    /** Returns whether there is no room for another one. */
    boolean isFull() {
        return count == MOST;
    }

    int count() {
        return count;
    }

    int slot(int number) {
        return slots[number];
    }

    /**
     * Adds a reference.
     *
     * @param distance the distance of the codes less the reference's error, which limits are for
     */
    void add(int slot, int distance) {
        if (count == slots.length) {
            int length = Math.max(FIRST, 2 * count);
            slots = Arrays.copyOf(slots, length);
            distances = Arrays.copyOf(distances, length);
        }
        slots[count] = slot;
        distances[count] = distance;
        count++;
    }

    /** Leaves those out that are beyond a limit. */
    void within(int limit) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (distances[i] <= limit) {
                slots[kept] = slots[i];
                distances[kept] = distances[i];
                kept++;
            }
        }
        count = kept;
    }

    void clear() {
        count = 0;
    }
}
