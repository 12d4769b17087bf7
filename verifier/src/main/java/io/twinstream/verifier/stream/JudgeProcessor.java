package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.lookahead.RejectedProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.tracing.ProbeSpan;
import io.twinstream.verifier.version.ModelChoice;
import io.twinstream.verifier.version.ModelLease;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * One probe in, one verdict or one dead letter out, before the next is looked at. A record that can't be judged is data;
 * an exception from here is the verifier's own trouble and stops the thread.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private final ModelChoice versions;
    private final LookAheads lookAheads;
    private final Judge judge;
    private final ShadowAgreement agreement;
    private final ProbeMetrics metrics;
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

    JudgeProcessor(
            String topic,
            ModelChoice versions,
            LookAheads lookAheads,
            Judge judge,
            ShadowAgreement agreement,
            ProbeMetrics metrics) {
        this.topic = topic;
        this.versions = versions;
        this.lookAheads = lookAheads;
        this.judge = judge;
        this.agreement = agreement;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        lookAhead = lookAheads.ofThisThread();
        shadow = new ShadowJudge(versions, lookAhead.shadow(), judge, agreement);
        partition = new TopicPartition(topic, context.taskId().partition());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long offset = context.recordMetadata().orElseThrow().offset();
        ProbePosition position =
                new ProbePosition(partition.partition(), offset, Instant.ofEpochMilli(record.timestamp()));
        try (ProbeSpan span = lookAhead.traced().begin(partition, offset, record.headers())) {
            process(record, position, span);
        }
    }

    private void process(Record<byte[], byte[]> record, ProbePosition position, ProbeSpan span) {
        long offset = position.offset();
        Verdict verdict;
        try (ModelLease version = versions.serving(position.appendedAt())) {
            Prepared prepared = lookAhead.serving().prepare(version, partition, offset, record.value());
            if (prepared instanceof RejectedProbe rejected) {
                Record<byte[], byte[]> letter = DeadLetter.of(record, partition, offset, rejected);
                span.inject(letter.headers());
                context.forward(letter, VerifierTopology.DEAD_LETTERS);
                span.rejected(rejected.reason());
                metrics.deadLetter(rejected.reason());
                return;
            }
            long start = System.nanoTime();
            EmbeddedProbe probe = lookAhead.serving().searched(version.model(), partition, (EmbeddedProbe) prepared);
            verdict = judge.judge(version.model(), probe, position);
            long took = System.nanoTime() - start;
            metrics.matched(took);
            span.matched(took);
        }
        ShadowOpinion opinion = shadow.of(record.value(), partition, position, verdict);
        if (opinion != null) {
            verdict = Verdict.newBuilder(verdict).setShadow(opinion).build();
        }
        Record<byte[], byte[]> result =
                record.withKey(verdict.getProbeId().getBytes(UTF_8)).withValue(serde.encode(verdict));
        span.inject(result.headers());
        context.forward(result, VerifierTopology.VERDICTS);
        span.judged(verdict);
        metrics.verdict(verdict);
        if (opinion != null) {
            metrics.shadow(opinion, ShadowAgreement.agrees(verdict, opinion));
        }
    }

    @Override
    public void close() {
        lookAhead.serving().forget(partition);
        lookAhead.shadow().forget(partition);
        lookAhead.traced().forget(partition);
    }
}
