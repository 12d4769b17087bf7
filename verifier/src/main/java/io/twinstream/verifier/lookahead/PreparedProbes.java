package io.twinstream.verifier.lookahead;

import io.twinstream.verifier.version.ServingModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has prepared ahead of its turn, by partition and offset, read once. Only ever a hint: a result is given out
 * for the very bytes that it was made from, to the version that made it, and for no others. For one thread.
 */
final class PreparedProbes {
    private record Entry(ServingModel by, byte @Nullable [] value, Prepared prepared) {}

    private final Map<TopicPartition, TreeMap<Long, Entry>> ready = new HashMap<>();

    void put(ServingModel by, TopicPartition partition, long offset, byte @Nullable [] value, Prepared prepared) {
        ready.computeIfAbsent(partition, p -> new TreeMap<>()).put(offset, new Entry(by, value, prepared));
    }

    /** The result for this record, or null; forgets those of earlier offsets as well. */
    @Nullable
    Prepared take(ServingModel by, TopicPartition partition, long offset, byte @Nullable [] value) {
        TreeMap<Long, Entry> entries = ready.get(partition);
        if (entries == null) {
            return null;
        }
        entries.headMap(offset).clear();
        Entry entry = entries.remove(offset);
        return entry != null && entry.by().equals(by) && Arrays.equals(entry.value(), value) ? entry.prepared() : null;
    }

    /** Forgets what lies up to an offset, which is passed. */
    void passed(TopicPartition partition, long offset) {
        TreeMap<Long, Entry> entries = ready.get(partition);
        if (entries != null) {
            entries.headMap(offset, true).clear();
        }
    }

    void forget(TopicPartition partition) {
        ready.remove(partition);
    }
}
