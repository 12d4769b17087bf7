package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.ProbeIds;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.lookahead.RejectedProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelLease;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.tracing.ProbeSpan;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * One probe in, one verdict, partial where the gallery has shards, or one dead letter out, before the next is looked at. A record that can't be judged is data;
 * an exception from here is the verifier's own trouble and stops the thread. A probe that two threads stood still on, in processes that
 * ended for it, is set aside unread.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    /** Standstills on one probe after which it is judged no more. */
    private static final int MOST_STANDSTILLS = 2;

    private final ModelChoice versions;
    private final LookAheads lookAheads;
    private final Standstills standstills;
    private final Judge judge;
    private final WholeVerdicts whole;
    private final ProbeMetrics metrics;
    private final Shard shard;
    private final PartialVerdicts partials;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final String topic;

    // Set by init, which Streams calls before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway.Init")
    private LookAheads.OfThread lookAhead;

    @SuppressWarnings("NullAway.Init")
    private ShadowJudge shadow;

    @SuppressWarnings("NullAway.Init")
    private TopicPartition partition;

    private long assignedNanos;
    private boolean caughtUp;

    JudgeProcessor(
            String topic,
            ModelChoice versions,
            LookAheads lookAheads,
            Standstills standstills,
            Judge judge,
            ShadowAgreement agreement,
            ProbeMetrics metrics,
            Shard shard) {
        this.topic = topic;
        this.versions = versions;
        this.lookAheads = lookAheads;
        this.standstills = standstills;
        this.judge = judge;
        this.whole = new WholeVerdicts(agreement, metrics);
        this.metrics = metrics;
        this.shard = shard;
        this.partials = new PartialVerdicts(shard);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        lookAhead = lookAheads.ofThisThread();
        shadow = new ShadowJudge(versions, lookAhead.shadow(), judge);
        partition = new TopicPartition(topic, context.taskId().partition());
        assignedNanos = System.nanoTime();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long offset = context.recordMetadata().orElseThrow().offset();
        ProbePosition position =
                new ProbePosition(partition.partition(), offset, Instant.ofEpochMilli(record.timestamp()));
        if (!caughtUp) {
            standstills.await(assignedNanos);
            caughtUp = true;
        }
        try (ProbeSpan span = lookAhead.traced().begin(partition, offset, record.headers())) {
            process(record, position, span);
        } finally {
            lookAhead.standpoint().done();
        }
    }

    private void process(Record<byte[], byte[]> record, ProbePosition position, ProbeSpan span) {
        long offset = position.offset();
        int noted = standstills
                .last(position.partition(), offset, position.appendedAt())
                .map(Standstill::getTimes)
                .orElse(0);
        if (noted >= MOST_STANDSTILLS) {
            lookAhead.serving().passed(partition, offset);
            lookAhead.shadow().passed(partition, offset);
            reject(record, offset, stuck(position), span);
            return;
        }
        Judgement judgement;
        try (ModelLease version = versions.serving(position.appendedAt())) {
            lookAhead.standpoint().at(position.partition(), offset);
            Prepared prepared = lookAhead.serving().prepare(version, partition, offset, record.value());
            if (prepared instanceof RejectedProbe rejected) {
                reject(record, offset, rejected, span);
                return;
            }
            lookAhead.standpoint().at(position.partition(), offset);
            long start = System.nanoTime();
            EmbeddedProbe probe = lookAhead.serving().searched(version.model(), partition, (EmbeddedProbe) prepared);
            judgement = judge.judgement(version.model(), probe, position);
            long took = System.nanoTime() - start;
            metrics.matched(took);
            span.matched(took);
        }
        Judgement would = null;
        if (noted == 0) {
            would = shadow.of(record.value(), partition, position);
        } else {
            // It may have been the shadow that stood still, and a verdict needs none.
            lookAhead.shadow().passed(partition, offset);
        }
        lookAhead.standpoint().done();
        if (shard.isWhole()) {
            Verdict verdict = whole.with(judgement.verdict(), would == null ? null : would.verdict());
            forward(record.withKey(verdict.getProbeId().getBytes(UTF_8)).withValue(serde.encode(verdict)), span);
            whole.count(verdict);
        } else {
            forward(partials.record(record, position, judgement, would), span);
        }
        span.judged(judgement.verdict());
    }

    private RejectedProbe stuck(ProbePosition at) {
        String last = standstills
                .last(at.partition(), at.offset(), at.appendedAt())
                .map(note -> "%d times, the last time at %s on %s"
                        .formatted(note.getTimes(), note.getTime(), note.getInstance()))
                .orElse("before");
        return new RejectedProbe(DeadLetterHeaders.STUCK, "a verifier's thread stood still on it " + last);
    }

    private void forward(Record<byte[], byte[]> result, ProbeSpan span) {
        span.inject(result.headers());
        context.forward(result, VerifierTopology.VERDICTS);
    }

    private void reject(Record<byte[], byte[]> record, long offset, RejectedProbe rejected, ProbeSpan span) {
        span.rejected(rejected.reason());
        // What one shard stands still on the others may judge: each speaks for itself.
        if (rejected.reason().equals(DeadLetterHeaders.STUCK) || shard.reports(partition.partition(), offset)) {
            Record<byte[], byte[]> letter =
                    DeadLetter.of(record, partition, offset, rejected, ProbeIds.of(record.value()));
            span.inject(letter.headers());
            context.forward(letter, VerifierTopology.DEAD_LETTERS);
            whole.deadLetter(rejected.reason());
        }
    }

    @Override
    public void close() {
        lookAhead.serving().forget(partition);
        lookAhead.shadow().forget(partition);
        lookAhead.traced().forget(partition);
    }
}
