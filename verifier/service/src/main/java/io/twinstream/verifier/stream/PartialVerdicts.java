package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.ShardOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.stream.Judge.Judgement;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Partial verdicts are a shard's judgements as they go to the topic of partial verdicts. Those of all shards on one
 * probe go to the same partition.
 */
final class PartialVerdicts {
    private final Shard shard;
    private final RecordSerde<PartialVerdict> serde = RecordSerde.of(PartialVerdict.class);
    private final RecordSerde<Verdict> verdicts = RecordSerde.of(Verdict.class);

    PartialVerdicts(Shard shard) {
        this.shard = shard;
    }

    /**
     * Returns the record of a partial verdict, under the probe's place.
     *
     * @param shadow the shadow's judgement; null if there is none
     */
    Record<byte[], byte[]> record(
            Record<byte[], byte[]> probe, ProbePlace at, Judgement serving, @Nullable Judgement shadow) {
        PartialVerdict partial = new PartialVerdict(
                shard.index(), shard.of(), opinion(serving), shadow == null ? null : opinion(shadow.best()));
        Record<byte[], byte[]> record =
                probe.withKey(at.toString().getBytes(UTF_8)).withValue(serde.encode(partial));
        CloudEvents.remove(record.headers());
        return record;
    }

    /**
     * Returns a partitioner by the probe's partition, which keeps a shard's partial verdicts in the order of the
     * probes' offsets. Kafka 4.4 deprecates the interface's only abstract method, which must be there until it goes.
     */
    @SuppressWarnings("removal")
    static StreamPartitioner<byte[], byte[]> partitioner() {
        return (topic, key, value, partitions) -> {
            String text = new String(key, UTF_8);
            return Optional.of(Set.of(Integer.parseInt(text.substring(0, text.indexOf('-'))) % partitions));
        };
    }

    private static List<Float> logits(List<Match> matches) {
        return matches.stream().map(Match::logit).toList();
    }

    private ShardOpinion opinion(Judgement judgement) {
        Verdict verdict = judgement.verdict();
        List<FmrPoint> table = verdict.getTask() == TaskKind.IDENTIFY
                ? judgement.thresholds().table().points()
                : List.of();
        return new ShardOpinion(
                ByteBuffer.wrap(verdicts.encode(verdict)),
                logits(judgement.matches()),
                judgement.candidates(),
                table.stream().map(FmrPoint::fmr).toList(),
                table.stream().map(FmrPoint::threshold).toList(),
                judgement.regions().stream().map(each -> logits(each.matches())).toList());
    }
}
