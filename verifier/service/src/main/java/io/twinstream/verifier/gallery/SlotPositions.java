package io.twinstream.verifier.gallery;

import io.twinstream.schemas.topic.Position;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slot positions keep, by slot, the positions of references' records and the places where their embeddings are kept.
 * Not safe for threads.
 */
final class SlotPositions {
    private static final long NONE = -1;
    private static final int FIRST = 64;

    private long[] packed = new long[FIRST];
    private long[] appendedMs = new long[FIRST];
    private int[] places = new int[FIRST];

    /**
     * Sets the position and the place of a slot.
     *
     * @param position the record's position; null if there is no record
     */
    void set(int slot, @Nullable Position position, int place) {
        if (slot >= packed.length) {
            packed = Arrays.copyOf(packed, Math.max(slot + 1, packed.length + packed.length / 2));
            appendedMs = Arrays.copyOf(appendedMs, packed.length);
            places = Arrays.copyOf(places, packed.length);
        }
        packed[slot] = position == null ? NONE : position.pack();
        appendedMs[slot] = position == null ? 0 : position.appendedMs();
        places[slot] = place;
    }

    Optional<Position> get(int slot) {
        return packed[slot] == NONE ? Optional.empty() : Optional.of(Position.unpack(packed[slot], appendedMs[slot]));
    }

    int place(int slot) {
        return places[slot];
    }
}
