package io.twinstream.verifier.merge;

import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.stream.ProbeResults;
import io.twinstream.verifier.stream.ResultTime;
import java.time.Clock;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The merge topology turns partial verdicts into whole ones, as a pure function of its parts. Its stores are in memory,
 * as those of the windows are, since files would let only one verifier use a state folder.
 */
public final class MergeTopology {
    static final String PARTIALS = "partial-verdicts";
    static final String MERGE = "merge";
    static final String VERDICTS = "verdicts";
    static final String DEAD_LETTERS = "dead-letters";
    /** Names the store of the partial verdicts that wait for those of other shards. */
    static final String WAITING = "waiting";
    /** Names the store of how far each shard is with each partition of probes. */
    static final String PROGRESS = "progress";

    private MergeTopology() {}

    /** Returns the id of the application that merges: its group, and the prefix of its own topics' names. */
    public static String application(String group) {
        return group + "-merge";
    }

    /**
     * Builds the topology.
     *
     * @param values encodes and decodes the values of the verdicts topic
     * @param waiting receives the probes that wait for a shard
     */
    public static Topology build(
            Topics topics, Serde<byte[]> values, ProbeResults results, WaitingProbes waiting, Clock clock) {
        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        PARTIALS,
                        new ResultTime(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.partialVerdicts())
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

    /** Returns a cached store: most of what is put is deleted, or put again, before it has to reach the changelog. */
    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }
}
