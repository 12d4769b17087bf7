package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAhead;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.ProbePosition;
import io.twinstream.verifier.version.ModelChoice;
import io.twinstream.verifier.version.ModelLease;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Judges probes in batches as a verifier does, and brings them together with their verdicts on record. For one thread. */
final class ProbeReplay {
    private final ModelChoice versions;
    private final LookAhead lookAhead;
    private final Judge judge;
    private final RecordedVerdicts verdicts;
    private final Tally tally;
    private long judged;
    private long compared;
    private long withoutVerdict;
    private long rejectedAgain;

    ProbeReplay(ModelChoice versions, LookAhead lookAhead, Judge judge, RecordedVerdicts verdicts, Tally tally) {
        this.versions = versions;
        this.lookAhead = lookAhead;
        this.judge = judge;
        this.verdicts = verdicts;
        this.tally = tally;
    }

    void judge(ConsumerRecords<byte[], byte[]> polled) {
        lookAhead.remember(polled);
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
        Verdict now = verdict(record, at);
        Decision onRecord = verdicts.take(at.partition(), at.offset());
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

    private @Nullable Verdict verdict(ConsumerRecord<byte[], byte[]> record, ProbePosition at) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        try (ModelLease version = versions.serving(at.appendedAt())) {
            Prepared prepared = lookAhead.prepare(version, partition, at.offset(), record.value());
            return prepared instanceof EmbeddedProbe probe ? judge.judge(version.model(), probe, at) : null;
        }
    }
}
