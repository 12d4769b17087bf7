package io.twinstream.verifier.gallery;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Positions by slot, 8 bytes each. Not safe for threads. */
final class Positions {
    private static final long NONE = -1;
    private static final int FIRST = 64;

    private long[] packed = new long[FIRST];

    /** @param position null if there is no record */
    void set(int slot, @Nullable Position position) {
        if (slot >= packed.length) {
            packed = Arrays.copyOf(packed, Math.max(slot + 1, packed.length + packed.length / 2));
        }
        packed[slot] = position == null ? NONE : position.pack();
    }

    Optional<Position> get(int slot) {
        return packed[slot] == NONE ? Optional.empty() : Optional.of(Position.unpack(packed[slot]));
    }

    void move(int from, int to) {
        packed[to] = packed[from];
    }
}
