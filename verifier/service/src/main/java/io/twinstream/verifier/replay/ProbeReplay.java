package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.model.ModelLease;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.ProbePosition;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Judges probes in batches as a verifier does, and brings them together with their verdicts on record. For one thread. */
final class ProbeReplay {
    private final List<ReplayVersions> versions;
    private final Judge judge;
    private final RecordedVerdicts verdicts;
    private final Tally tally;
    private long judged;
    private long compared;
    private long withoutVerdict;
    private long rejectedAgain;

    /** @param versions one, or one for each precision on record */
    ProbeReplay(List<ReplayVersions> versions, Judge judge, RecordedVerdicts verdicts, Tally tally) {
        this.versions = List.copyOf(versions);
        this.judge = judge;
        this.verdicts = verdicts;
        this.tally = tally;
    }

    void judge(ConsumerRecords<byte[], byte[]> polled) {
        versions.forEach(each -> each.lookAhead().remember(polled));
        polled.forEach(this::judge);
    }

    /** Probes so far, rejected ones included. */
    long judged() {
        return judged;
    }

    /** To be asked for at the end. */
    Coverage coverage() {
        return new Coverage(judged, compared, withoutVerdict, rejectedAgain, verdicts.duplicates(), verdicts.left());
    }

    private void judge(ConsumerRecord<byte[], byte[]> record) {
        ProbePosition at =
                new ProbePosition(record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()));
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
            ConsumerRecord<byte[], byte[]> record, ProbePosition at, @Nullable Decision onRecord) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        ReplayVersions judging = versions.stream()
                .filter(each -> onRecord != null && onRecord.precision() == each.precision())
                .findFirst()
                .orElse(versions.get(0));
        versions.stream()
                .filter(each -> !each.equals(judging))
                .forEach(each -> each.lookAhead().passed(partition, at.offset()));
        try (ModelLease version = judging.choice().serving(at.appendedAt())) {
            Prepared prepared = judging.lookAhead().prepare(version, partition, at.offset(), record.value());
            return prepared instanceof EmbeddedProbe probe ? judge.judge(version.model(), probe, at) : null;
        }
    }
}
