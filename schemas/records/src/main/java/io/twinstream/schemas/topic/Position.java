package io.twinstream.schemas.topic;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Says where a record lies on its topic, and when it was appended. Partition and offset can be packed into a long, since a
 * gallery keeps one for each reference.
 *
 * @param appendedMs the record's timestamp, in milliseconds since 1970
 */
public record Position(int partition, long offset, long appendedMs) {
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

    /** Returns the position that {@link #pack} packed, with its record's timestamp. */
    public static Position unpack(long packed, long appendedMs) {
        return new Position((int) (packed >>> OFFSET_BITS), packed & MOST_OFFSET, appendedMs);
    }

    /** Returns the position of a record. */
    public static Position of(ConsumerRecord<?, ?> record) {
        return new Position(record.partition(), record.offset(), record.timestamp());
    }

    /**
     * Returns whether the record here still holds after another of its key is read later. Within a partition the later one
     * always holds. Partitions that are added take keys over from others, so of records on two partitions the younger one
     * holds.
     */
    public boolean holdsAgainst(Position later) {
        if (partition == later.partition) {
            return false;
        }
        return appendedMs == later.appendedMs ? partition > later.partition : appendedMs > later.appendedMs;
    }

    /** Packs partition and offset into one number. */
    public long pack() {
        return (long) partition << OFFSET_BITS | offset;
    }
}
