package io.twinstream.verifier.lookahead;

import io.twinstream.verifier.model.ServingModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has prepared ahead of its turn, by partition and offset, read once. Only ever a hint: a result is given out
 * for the very bytes that it was made from, to the version that made it, and for no others. For one thread.
 */
final class PreparedProbes {
    /** What is kept for one record. */
    static final class Entry {
        private final ServingModel by;
        private final byte @Nullable [] value;
        private Prepared prepared;

        private Entry(ServingModel by, byte @Nullable [] value, Prepared prepared) {
            this.by = by;
            this.value = value;
            this.prepared = prepared;
        }

        Prepared prepared() {
            return prepared;
        }

        /** Keeps what has been found out since. */
        void prepared(Prepared further) {
            prepared = further;
        }
    }

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
        return entry != null && entry.by.equals(by) && Arrays.equals(entry.value, value) ? entry.prepared : null;
    }

    /** What a version has prepared, of a partition first, then of the others. */
    Stream<Entry> of(ServingModel by, TopicPartition first) {
        return Stream.concat(Stream.of(first), ready.keySet().stream().filter(partition -> !partition.equals(first)))
                .flatMap(partition -> ready.getOrDefault(partition, new TreeMap<>()).values().stream())
                .filter(entry -> entry.by.equals(by));
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
