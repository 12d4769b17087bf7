package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAhead;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.lookahead.RejectedProbe;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * One probe in, one verdict or one dead letter out, before the next is looked at. A record that can't be judged is data;
 * an exception from here is the verifier's own trouble and stops the thread.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private final LookAheads lookAheads;
    private final Judge judge;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final String topic;

    // Set by init, which Streams calls before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway.Init")
    private LookAhead lookAhead;

    @SuppressWarnings("NullAway.Init")
    private TopicPartition partition;

    JudgeProcessor(String topic, LookAheads lookAheads, Judge judge) {
        this.topic = topic;
        this.lookAheads = lookAheads;
        this.judge = judge;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        lookAhead = lookAheads.ofThisThread();
        partition = new TopicPartition(topic, context.taskId().partition());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        Prepared prepared = lookAhead.prepare(partition, metadata.offset(), record.value());
        if (prepared instanceof RejectedProbe rejected) {
            context.forward(
                    DeadLetter.of(record, partition, metadata.offset(), rejected), VerifierTopology.DEAD_LETTERS);
            return;
        }
        ProbePosition position =
                new ProbePosition(partition.partition(), metadata.offset(), Instant.ofEpochMilli(record.timestamp()));
        Verdict verdict = judge.judge((EmbeddedProbe) prepared, position);
        context.forward(
                record.withKey(verdict.getProbeId().getBytes(UTF_8)).withValue(serde.encode(verdict)),
                VerifierTopology.VERDICTS);
    }

    @Override
    public void close() {
        lookAhead.forget(partition);
    }
}
