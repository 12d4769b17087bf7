package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.lookahead.AppendTime;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.lookahead.ProbeInFlight;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.stream.Judge;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A probe replay judges probes in batches as a verifier does, and hands them over with their verdicts on record. For
 * one thread.
 */
final class ProbeReplay {
    private final List<ReplayVersions> versions;
    private final Judge judge;
    private final RecordedVerdicts verdicts;
    private final ReplayTally tally;
    private long judged;
    private long compared;
    private long withoutVerdict;
    private long rejectedAgain;

    /**
     * Creates a replay.
     *
     * @param versions the versions, once or once for each precision on record
     */
    ProbeReplay(List<ReplayVersions> versions, Judge judge, RecordedVerdicts verdicts, ReplayTally tally) {
        this.versions = List.copyOf(versions);
        this.judge = judge;
        this.verdicts = verdicts;
        this.tally = tally;
    }

    void judge(ConsumerRecords<byte[], byte[]> polled) {
        versions.forEach(each -> each.lookAhead().probes().polled(polled));
        polled.forEach(this::judge);
    }

    /** Returns how many probes were judged so far, rejected ones included. */
    long judged() {
        return judged;
    }

    /** Returns which probes and verdicts the replay has found; it is complete at the end. */
    Replay.Coverage coverage() {
        return new Replay.Coverage(
                judged, compared, withoutVerdict, rejectedAgain, verdicts.duplicates(), verdicts.left());
    }

    private void judge(ConsumerRecord<byte[], byte[]> record) {
        ProbePlace at = new ProbePlace(record.partition(), record.offset());
        Decision onRecord = verdicts.take(at.partition(), at.offset());
        Verdict now = verdict(record, at, onRecord);
        judged++;
        if (onRecord != null) {
            compared++;
            tally.add(at, now == null ? null : now.getProbeId(), onRecord, now == null ? null : Decision.of(now));
        } else if (now == null) {
            rejectedAgain++;
        } else {
            withoutVerdict++;
        }
    }

    private @Nullable Verdict verdict(
            ConsumerRecord<byte[], byte[]> record, ProbePlace at, @Nullable Decision onRecord) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Instant appendedAt = AppendTime.of(record);
        ReplayVersions judging = versions.stream()
                .filter(each -> onRecord != null && onRecord.precision() == each.precision())
                .findFirst()
                .orElse(versions.get(0));
        LookAheads.OfThread lookAhead = judging.lookAhead();
        try (ModelLease version = judging.choice().serving(appendedAt)) {
            ProbeInFlight probe = lookAhead.probes().turn(partition, at.offset(), record.headers());
            PreparedProbe prepared = lookAhead.serving().prepare(version, probe, record.value());
            return prepared instanceof PreparedProbe.Embedded embedded
                    ? judge.judge(version.model(), embedded, at, appendedAt)
                    : null;
        } finally {
            versions.forEach(each -> each.lookAhead().probes().passed(partition, at.offset()));
        }
    }
}
