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

/**
 * The span of a probe whose turn it is. Closed without a verdict or a reason against one, it is an error. Where the probe is not traced
 * it holds OpenTelemetry's invalid span, records nothing and leaves headers as they are. For one thread.
 */
public final class ProbeSpan implements AutoCloseable {
    /** The span of a probe that is not traced. */
    static final ProbeSpan NONE = new ProbeSpan(
            Tracing.off(), Span.getInvalid(), Context.root(), new ProbeTimes(Context.root(), 0), System::nanoTime);

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

    private ProbeSpan(Tracing tracing, Span span, Context context, ProbeTimes times, LongSupplier epochNanos) {
        this.tracing = tracing;
        this.span = span;
        this.context = context;
        this.times = times;
        this.epochNanos = epochNanos;
    }

    /** Begins the span of a traced probe, from its poll on. */
    static ProbeSpan begin(
            Tracing tracing, TopicPartition partition, long offset, ProbeTimes times, LongSupplier epochNanos) {
        Span span = tracing.tracer()
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
        // Before it the probe waited for those ahead of it.
        span.addEvent("turn", epochNanos.getAsLong(), NANOSECONDS);
        return new ProbeSpan(tracing, span, times.sender().with(span), times, epochNanos);
    }

    /** Takes note that the embedded probe was judged just now. */
    public void matched(long tookNanos) {
        if (!span.isRecording()) {
            return;
        }
        long now = epochNanos.getAsLong();
        times.done().add(new ProbeTimes.Done("match", now - tookNanos, now, 0));
    }

    /** Puts the span's context into the headers of what is made of the probe, in the place of the sender's. */
    public void inject(Headers headers) {
        tracing.inject(context, headers);
    }

    /** Takes note of the probe's verdict. */
    public void judged(Verdict verdict) {
        if (!span.isRecording()) {
            return;
        }
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

    /**
     * Takes note that the probe goes to the dead letters.
     *
     * @param reason a word
     */
    public void rejected(String reason) {
        if (!span.isRecording()) {
            return;
        }
        told = true;
        span.setAttribute(OUTCOME, "dead_letter").setAttribute(REASON, reason);
    }

    /** Ends the span. */
    @Override
    public void close() {
        if (!span.isRecording()) {
            return;
        }
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
