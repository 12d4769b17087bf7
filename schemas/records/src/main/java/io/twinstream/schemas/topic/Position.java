package io.twinstream.schemas.topic;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a record lies on its topic, and when it was appended. Partition and offset are packed into a long, since a gallery keeps
 * one for each reference.
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

    /** The position that {@link #pack} gave, with its record's timestamp. */
    public static Position unpack(long packed, long appendedMs) {
        return new Position((int) (packed >>> OFFSET_BITS), packed & MOST_OFFSET, appendedMs);
    }

    /** Of a record. */
    public static Position of(ConsumerRecord<?, ?> record) {
        return new Position(record.partition(), record.offset(), record.timestamp());
    }

    /**
     * Whether of two records of one key this one holds though the other is read later. Within a partition it never does. Partitions
     * that are added take keys over from others, and of records that lie apart the younger one holds.
     */
    public boolean holdsAgainst(Position later) {
        if (partition == later.partition) {
            return false;
        }
        return appendedMs == later.appendedMs ? partition > later.partition : appendedMs > later.appendedMs;
    }

    /** Partition and offset in one number. */
    public long pack() {
        return (long) partition << OFFSET_BITS | offset;
    }
}
