package io.twinstream.verifier.tracing;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/** A span that is recorded. */
final class TracedSpan implements ProbeSpan {
    private static final String OPERATION = "process";

    private static final AttributeKey<Boolean> LOOKED_AHEAD = AttributeKey.booleanKey("twinstream.looked_ahead");
    private static final AttributeKey<Long> BATCH_IMAGES = AttributeKey.longKey("twinstream.batch.images");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("twinstream.task");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("twinstream.outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("twinstream.reason");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("twinstream.model.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("twinstream.model.version");

    private final Tracing tracing;
    private final ProbeTimes times;
    private final LongSupplier epochNanos;
    private final Span span;
    private final Context context;
    private boolean told;

    TracedSpan(Tracing tracing, TopicPartition partition, long offset, ProbeTimes times, LongSupplier epochNanos) {
        this.tracing = tracing;
        this.times = times;
        this.epochNanos = epochNanos;
        this.span = tracing.tracer()
                .spanBuilder(partition.topic() + " " + OPERATION)
                .setParent(times.sender())
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(times.polled(), NANOSECONDS)
                .setAttribute(Messaging.SYSTEM, Messaging.KAFKA)
                .setAttribute(Messaging.OPERATION, OPERATION)
                .setAttribute(Messaging.OPERATION_TYPE, OPERATION)
                .setAttribute(Messaging.TOPIC, partition.topic())
                .setAttribute(Messaging.PARTITION, Integer.toString(partition.partition()))
                .setAttribute(Messaging.OFFSET, offset)
                .setAttribute(LOOKED_AHEAD, !times.done().isEmpty())
                .startSpan();
        this.context = times.sender().with(span);
        // Before it the probe waited for those ahead of it.
        span.addEvent("turn", epochNanos.getAsLong(), NANOSECONDS);
    }

    @Override
    public void matched(long tookNanos) {
        long now = epochNanos.getAsLong();
        times.done().add(new ProbeTimes.Done("match", now - tookNanos, now, 0));
    }

    @Override
    public void inject(Headers headers) {
        tracing.inject(context, headers);
    }

    @Override
    public void judged(Verdict verdict) {
        told = true;
        span.setAttribute(Messaging.PROBE, verdict.getProbeId())
                .setAttribute(Messaging.SOURCE, verdict.getSourceId())
                .setAttribute(TASK, word(verdict.getTask()))
                .setAttribute(OUTCOME, word(verdict.getOutcome()))
                .setAttribute(MODEL, verdict.getModelName())
                .setAttribute(VERSION, verdict.getModelVersion());
        UndecidedCause cause = Undecided.cause(verdict);
        if (cause != null) {
            span.setAttribute(REASON, word(cause));
        }
    }

    @Override
    public void rejected(String reason) {
        told = true;
        span.setAttribute(OUTCOME, "dead_letter").setAttribute(REASON, reason);
    }

    @Override
    public void close() {
        times.done().forEach(this::child);
        if (!told) {
            span.setStatus(StatusCode.ERROR, "given up");
        }
        span.end(epochNanos.getAsLong(), NANOSECONDS);
    }

    private void child(ProbeTimes.Done done) {
        SpanBuilder child = tracing.tracer()
                .spanBuilder(done.what())
                .setParent(context)
                .setStartTimestamp(done.from(), NANOSECONDS);
        if (done.images() > 0) {
            child.setAttribute(BATCH_IMAGES, (long) done.images());
        }
        child.startSpan().end(done.to(), NANOSECONDS);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
