package io.twinstream.verifier.match;

import java.util.Arrays;

/**
 * Open references of a probe are those of which its codes don't tell whether they count, though they look like none of the best. They
 * are compared last: the logit from which on references count rises meanwhile, and leaves most of them out. For one thread.
 */
final class OpenReferences {
    private static final int FIRST = 32;
    private static final int MOST = 512;

    private int[] slots = new int[0];
    private float[] highest = new float[0];
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
     * @param most no logit that the reference may have is higher
     */
    void add(int slot, float most) {
        if (count == slots.length) {
            int length = Math.max(FIRST, 2 * count);
            slots = Arrays.copyOf(slots, length);
            highest = Arrays.copyOf(highest, length);
        }
        slots[count] = slot;
        highest[count] = most;
        count++;
    }

    /** Leaves those out that can't have a logit. */
    void keep(float least) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (highest[i] >= least) {
                slots[kept] = slots[i];
                highest[kept] = highest[i];
                kept++;
            }
        }
        count = kept;
    }

    void clear() {
        count = 0;
    }
}
