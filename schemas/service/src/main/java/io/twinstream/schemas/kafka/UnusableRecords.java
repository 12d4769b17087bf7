package io.twinstream.schemas.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.text.ForeignText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs records that can't be used, each only once however often it is read: the first of a partition, then their count at each
 * power of two, with the latest one. For many threads.
 */
public final class UnusableRecords {
    /** Serves the whole process, since several parts read the same topic, some of them again at each call. */
    public static final UnusableRecords RECORDS = new UnusableRecords();

    /** Offsets that are remembered, since a partition may be read by several parts, each from its own place. */
    private static final int REMEMBERED = 10;

    /** Keeps which records of a partition were logged. */
    private static final class Told {
        private final Set<Long> singly = new HashSet<>();
        private long last = -1;
        private long count;

        /** Counts a record that was not logged before. Returns false for any other. */
        boolean isNew(long offset) {
            boolean counts = singly.size() < REMEMBERED ? singly.add(offset) : offset > last;
            last = Math.max(last, offset);
            count += counts ? 1 : 0;
            return counts;
        }
    }

    @GuardedBy("this")
    private final Map<TopicPartition, Told> told = new HashMap<>();

    UnusableRecords() {}

    /**
     * Logs a record, in one line on the reader's log, unless that has been done.
     *
     * @param what the record that was expected, with its article: {@code a release}
     */
    public synchronized void tell(Logger log, ConsumerRecord<?, ?> record, String what, @Nullable String why) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Told of = told.computeIfAbsent(partition, unused -> new Told());
        if (!of.isNew(record.offset())) {
            return;
        }
        if (of.count == 1) {
            log.warn(
                    "{} at offset {} of {} is passed over, since it is not {} that can be used: {}",
                    ForeignText.value(record.key()),
                    record.offset(),
                    partition,
                    what,
                    ForeignText.line(why));
        } else if (Long.bitCount(of.count) == 1) {
            log.warn(
                    "{} records of {} are passed over by now, the latest is {} at offset {}: {}",
                    of.count,
                    partition,
                    ForeignText.value(record.key()),
                    record.offset(),
                    ForeignText.line(why));
        }
    }
}
