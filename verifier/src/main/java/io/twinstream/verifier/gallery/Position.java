package io.twinstream.verifier.gallery;

/** Where a reference's record lies on its topic; packed into a long, since a gallery keeps one for each reference. */
public record Position(int partition, long offset) {
    private static final int OFFSET_BITS = 48;
    private static final long MOST_OFFSET = (1L << OFFSET_BITS) - 1;
    private static final int MOST_PARTITION = (1 << 15) - 1;

    public Position {
        if (partition < 0 || partition > MOST_PARTITION || offset < 0 || offset > MOST_OFFSET) {
            throw new IllegalArgumentException(
                    "a position has a partition of 0 to %d and an offset of 0 to %d, was %d, %d"
                            .formatted(MOST_PARTITION, MOST_OFFSET, partition, offset));
        }
    }

    static Position unpack(long packed) {
        return new Position((int) (packed >>> OFFSET_BITS), packed & MOST_OFFSET);
    }

    long pack() {
        return (long) partition << OFFSET_BITS | offset;
    }
}
