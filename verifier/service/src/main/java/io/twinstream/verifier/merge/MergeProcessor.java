package io.twinstream.verifier.merge;

import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.merge.WaitingProbes.WaitingProbe;
import io.twinstream.verifier.stream.ProbeIds;
import io.twinstream.verifier.stream.ProbeResults;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The merge processor keeps a probe's partial verdicts until there is one from each shard, then forwards the verdict
 * and forgets them. A partial verdict that comes twice counts once. Partial verdicts that don't go together become a
 * dead letter.
 */
final class MergeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger log = LoggerFactory.getLogger(MergeProcessor.class);

    private final String topic;
    private final ProbeResults results;
    private final WaitingProbes allWaiting;
    private final Clock clock;
    private final ShardMerge merge = new ShardMerge();
    private final RecordSerde<PartialVerdict> serde = RecordSerde.of(PartialVerdict.class);
    private long repeated;
    private long unmerged;

    // Set by init, which Streams calls before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, byte[]> store;

    @SuppressWarnings("NullAway.Init")
    private ShardProgress progress;

    @SuppressWarnings("NullAway.Init")
    private Map<String, WaitingProbe> waiting;

    MergeProcessor(String topic, ProbeResults results, WaitingProbes allWaiting, Clock clock) {
        this.topic = topic;
        this.results = results;
        this.allWaiting = allWaiting;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        store = context.getStateStore(MergeTopology.WAITING);
        progress = new ShardProgress(context.getStateStore(MergeTopology.PROGRESS));
        waiting = allWaiting.of(context.taskId());
        try (KeyValueIterator<String, byte[]> kept = store.all()) {
            kept.forEachRemaining(each -> {
                PartialVerdict partial = serde.decode(each.value);
                waits(partial, merge.verdict(partial.getServing()));
            });
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Optional<Verdict> merged;
        try {
            merged = merged(record.value() == null ? new byte[0] : record.value());
        } catch (SerializationException | IllegalArgumentException e) {
            reject(record, String.valueOf(e.getMessage()));
            return;
        }
        merged.ifPresent(verdict -> {
            context.forward(results.record(record, verdict), MergeTopology.VERDICTS);
            results.count(verdict);
        });
    }

    @Override
    public void close() {
        allWaiting.forget(context.taskId());
    }

    /** Returns the verdict, if this was the last partial one that it waited for. */
    private Optional<Verdict> merged(byte[] value) {
        PartialVerdict partial = serde.decode(value);
        Verdict verdict = merge.verdict(partial.getServing());
        if (!progress.advance(partial, verdict)) {
            repeated++;
            if (Long.bitCount(repeated) == 1) {
                log.warn(
                        "{} partial verdicts since the start came a second time and are left out, the latest on probe {}",
                        repeated,
                        key(verdict));
            }
            return Optional.empty();
        }
        supersede(partial, verdict);
        List<PartialVerdict> partials = withOthers(partial, verdict);
        if (partials.size() < partial.getShards()) {
            store.put(key(partial.getShard(), partial.getShards(), verdict), value);
            waits(partial, verdict);
            return Optional.empty();
        }
        forget(partial.getShards(), verdict);
        Instant now = Instant.ofEpochMilli(clock.millis());
        Verdict serving =
                merge.merge(partials.stream().map(PartialVerdict::getServing).toList(), now);
        return Optional.of(results.verdict(serving, shadow(partials, now)));
    }

    /**
     * Returns this partial verdict and those that wait for it, by shard; fewer than there are shards if some are
     * missing.
     */
    private List<PartialVerdict> withOthers(PartialVerdict partial, Verdict verdict) {
        List<PartialVerdict> partials = new ArrayList<>();
        for (int shard = 0; shard < partial.getShards(); shard++) {
            byte[] kept = store.get(key(shard, partial.getShards(), verdict));
            if (shard == partial.getShard()) {
                partials.add(partial);
            } else if (kept != null) {
                partials.add(serde.decode(kept));
            }
        }
        return partials;
    }

    private void forget(int shards, Verdict verdict) {
        for (int shard = 0; shard < shards; shard++) {
            store.delete(key(shard, shards, verdict));
        }
        waiting.remove(key(verdict));
    }

    /** Returns what the shadow would have said, or null unless all shards asked the same version. */
    private @Nullable Verdict shadow(List<PartialVerdict> partials, Instant now) {
        List<ShardOpinion> opinions = new ArrayList<>();
        for (PartialVerdict partial : partials) {
            if (partial.getShadow() == null) {
                return null;
            }
            opinions.add(partial.getShadow());
        }
        try {
            return merge.merge(opinions, now);
        } catch (IllegalArgumentException e) {
            log.debug("the shadow's opinion is left out: {}", e.getMessage());
            return null;
        }
    }

    private void reject(Record<byte[], byte[]> record, String why) {
        unmerged++;
        if (Long.bitCount(unmerged) == 1) {
            log.error(
                    "{} partial verdicts since the start can't be merged and are dead letters, the latest: {}",
                    unmerged,
                    why);
        }
        context.forward(
                results.deadLetter(
                        record,
                        new TopicPartition(topic, context.taskId().partition()),
                        context.recordMetadata().orElseThrow().offset(),
                        new PreparedProbe.Rejected(DeadLetterHeaders.SHARDS_DIFFER, why),
                        ids(record.value())),
                MergeTopology.DEAD_LETTERS);
        results.countDeadLetter(DeadLetterHeaders.SHARDS_DIFFER);
    }

    /** Returns the probe's ids, none where not even the shard's opinion can be read. */
    private ProbeIds ids(byte @Nullable [] value) {
        try {
            Verdict verdict = merge.verdict(
                    serde.decode(value == null ? new byte[0] : value).getServing());
            return new ProbeIds(verdict.getProbeId(), verdict.getSourceId());
        } catch (SerializationException | IllegalArgumentException e) {
            return ProbeIds.NONE;
        }
    }

    private void waits(PartialVerdict partial, Verdict verdict) {
        waiting.put(key(verdict), new WaitingProbe(partial.getShards(), verdict.getAppendedAt()));
    }

    /** Forgets partial verdicts of the probe that wait for another number of shards, since no more of those come. */
    private void supersede(PartialVerdict partial, Verdict verdict) {
        WaitingProbe before = waiting.get(key(verdict));
        if (before != null && before.shards() != partial.getShards()) {
            forget(before.shards(), verdict);
        }
    }

    private static String key(Verdict verdict) {
        return verdict.getProbePartition() + "-" + verdict.getProbeOffset();
    }

    private static String key(int shard, int shards, Verdict verdict) {
        return key(verdict) + "/" + shards + "/" + shard;
    }

    /**
     * Shard progress says how far each shard has come with each partition of probes. A shard's partial verdicts come in the
     * order of the probes, so one at or before that was written twice. For one thread.
     *
     * <p>Maintainers: offsets begin again where the topic of probes is made anew, but times don't. So a partial verdict
     * was there before only if it is behind in both.
     */
    private record ShardProgress(KeyValueStore<String, byte[]> store) {

        /** Notes a partial verdict, and returns false if it was there before. */
        boolean advance(PartialVerdict partial, Verdict verdict) {
            String key = verdict.getProbePartition() + "/" + partial.getShards() + "/" + partial.getShard();
            long offset = verdict.getProbeOffset();
            long appendedMs = verdict.getAppendedAt().toEpochMilli();
            byte[] before = store.get(key);
            if (before != null) {
                ByteBuffer last = ByteBuffer.wrap(before);
                if (offset <= last.getLong() && appendedMs <= last.getLong()) {
                    return false;
                }
            }
            store.put(
                    key,
                    ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(offset)
                            .putLong(appendedMs)
                            .array());
            return true;
        }
    }
}
