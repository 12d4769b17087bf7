package io.twinstream.verifier.merge;

import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.stream.ProbeResults;
import java.time.Clock;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The way of partial verdicts to whole ones, as a pure function of its parts. Stores are in memory, for the reason that
 * windows are.
 */
public final class MergeTopology {
    static final String PARTIALS = "partial-verdicts";
    static final String MERGE = "merge";
    static final String VERDICTS = "verdicts";
    static final String DEAD_LETTERS = "dead-letters";
    /** Partial verdicts that wait for those of other shards. */
    static final String WAITING = "waiting";
    /** How far each shard is with each partition of probes. */
    static final String PROGRESS = "progress";

    private MergeTopology() {}

    /** Id of the application that merges: its group, and what the names of its own topics begin with. */
    public static String application(String group) {
        return group + "-merge";
    }

    /**
     * Builds it.
     *
     * @param values of the verdicts topic, as they stand there
     * @param waiting receives what waits
     */
    public static Topology build(
            Topics topics, Serde<byte[]> values, ProbeResults results, WaitingProbes waiting, Clock clock) {
        return new Topology()
                .addSource(PARTIALS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.partialVerdicts())
                .addProcessor(
                        MERGE, () -> new MergeProcessor(topics.partialVerdicts(), results, waiting, clock), PARTIALS)
                .addStateStore(store(WAITING), MERGE)
                .addStateStore(store(PROGRESS), MERGE)
                .addSink(VERDICTS, topics.verdicts(), new ByteArraySerializer(), values.serializer(), MERGE)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        MERGE);
    }

    /** Cached: most of what is put is deleted, or put again, before it has to reach the changelog. */
    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }
}
