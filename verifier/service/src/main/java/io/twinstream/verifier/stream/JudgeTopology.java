package io.twinstream.verifier.stream;

import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.Topology;

/**
 * The judge topology turns probes into verdicts, as a pure function of its parts:
 *
 * <pre>
 *   probes -&gt; judge -&gt; verdicts
 *                   \-&gt; dead-letters
 * </pre>
 *
 * Values cross as bytes, since what can't be read as a record has to reach the dead letters too.
 */
public final class JudgeTopology {
    static final String PROBES = "probes";
    static final String JUDGE = "judge";
    static final String VERDICTS = "verdicts";
    static final String DEAD_LETTERS = "dead-letters";

    private JudgeTopology() {}

    /**
     * Builds the topology.
     *
     * @param values encodes and decodes the topics' values
     * @param standstills names the probes that are set aside after two standstills
     * @param results counts and times what comes of the probes
     * @param shard the part of the gallery that is held here; with several, {@code verdicts} are partial ones, on a
     *     topic of their own
     */
    public static Topology build(
            Topics topics,
            Serde<byte[]> values,
            ModelChoice versions,
            LookAheads lookAheads,
            Standstills standstills,
            Judge judge,
            ProbeResults results,
            Shard shard) {
        Topology topology = new Topology()
                .addSource(PROBES, new ByteArrayDeserializer(), values.deserializer(), topics.probes())
                .addProcessor(
                        JUDGE,
                        () -> new JudgeProcessor(
                                topics.probes(), versions, lookAheads, standstills, judge, results, shard),
                        PROBES)
                .addSink(
                        DEAD_LETTERS,
                        topics.deadLetters(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        JUDGE);
        return shard.isWhole()
                ? topology.addSink(VERDICTS, topics.verdicts(), new ByteArraySerializer(), values.serializer(), JUDGE)
                : topology.addSink(
                        VERDICTS,
                        topics.partialVerdicts(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        PartialVerdicts.partitioner(),
                        JUDGE);
    }
}
