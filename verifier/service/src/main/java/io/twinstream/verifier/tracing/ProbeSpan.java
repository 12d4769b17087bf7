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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/**
 * A probe span is the span of one probe, from its poll to its verdict. It is made when the probe is polled, notes what
 * is done ahead of the probe's turn, is begun in that turn and closed behind it. A span that is closed without a
 * verdict or a rejection is an error; one that is never begun is never sent. All times are nanoseconds since 1970. A
 * span is for one thread, except {@link #NONE}.
 */
public final class ProbeSpan implements AutoCloseable {
    /** This is the span of every probe that isn't traced; it records nothing and leaves headers as they are. */
    public static final ProbeSpan NONE =
            new ProbeSpan(Tracing.off(), new TopicPartition("", 0), 0, Context.root(), () -> 0);

    private static final String OPERATION = "process";

    private static final AttributeKey<Boolean> LOOKED_AHEAD = AttributeKey.booleanKey("twinstream.looked_ahead");
    private static final AttributeKey<Long> BATCH_IMAGES = AttributeKey.longKey("twinstream.batch.images");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("twinstream.task");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("twinstream.outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("twinstream.reason");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("twinstream.model.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("twinstream.model.version");

    /**
     * A step is a finished part of the probe's way.
     *
     * @param images the number of images in the step's batch; 0 if it was done for this probe alone
     */
    private record Step(String name, long from, long to, int images) {}

    private final Tracing tracing;
    private final TopicPartition partition;
    private final long offset;
    private final Context sender;
    private final LongSupplier epochNanos;
    private final long polled;
    private final List<Step> steps = new ArrayList<>(2);
    private Span span = Span.getInvalid();
    private Context context = Context.root();
    private boolean told;

    private ProbeSpan(Tracing tracing, TopicPartition partition, long offset, Context sender, LongSupplier epochNanos) {
        this.tracing = tracing;
        this.partition = partition;
        this.offset = offset;
        this.sender = sender;
        this.epochNanos = epochNanos;
        this.polled = epochNanos.getAsLong();
    }

    /**
     * Makes the span of a probe that was polled just now. It is {@link #NONE} if the sender doesn't trace the probe, or
     * nobody traces here.
     */
    public static ProbeSpan polled(
            Tracing tracing, TopicPartition partition, long offset, Headers headers, LongSupplier epochNanos) {
        if (!tracing.on()) {
            return NONE;
        }
        Context sender = tracing.context(headers);
        return Span.fromContext(sender).getSpanContext().isSampled()
                ? new ProbeSpan(tracing, partition, offset, sender, epochNanos)
                : NONE;
    }

    /** Notes that the probe's record was read and its images were decoded, just now. */
    public void decoded(long tookNanos) {
        done("decode", tookNanos, 0);
    }

    /**
     * Notes that the probe's images were embedded just now.
     *
     * @param images the number of images in the batch
     */
    public void embedded(long tookNanos, int images) {
        done("embed", tookNanos, images);
    }

    /** Notes that the embedded probe was judged just now. */
    public void matched(long tookNanos) {
        done("match", tookNanos, 0);
    }

    /**
     * Begins the span, as of the poll. Its time before the turn shows how long the probe waited for those ahead of it.
     */
    public ProbeSpan begin() {
        if (isTraced()) {
            span = tracing.tracer()
                    .spanBuilder(partition.topic() + " " + OPERATION)
                    .setParent(sender)
                    .setSpanKind(SpanKind.CONSUMER)
                    .setStartTimestamp(polled, NANOSECONDS)
                    .setAttribute(Messaging.SYSTEM, Messaging.KAFKA)
                    .setAttribute(Messaging.OPERATION, OPERATION)
                    .setAttribute(Messaging.OPERATION_TYPE, OPERATION)
                    .setAttribute(Messaging.TOPIC, partition.topic())
                    .setAttribute(Messaging.PARTITION, Integer.toString(partition.partition()))
                    .setAttribute(Messaging.OFFSET, offset)
                    .setAttribute(LOOKED_AHEAD, !steps.isEmpty())
                    .startSpan();
            context = sender.with(span);
            span.addEvent("turn", epochNanos.getAsLong(), NANOSECONDS);
        }
        return this;
    }

    /**
     * Puts the span's context into the headers of the probe's verdict or dead letter, in the place of the sender's.
     */
    public void inject(Headers headers) {
        if (isTraced()) {
            tracing.inject(context, headers);
        }
    }

    /** Tells the verdict that was forwarded. */
    public void judged(Verdict verdict) {
        if (!isTraced()) {
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
     * Tells that the probe goes to the dead letters.
     *
     * @param reason the dead letter's reason, one word
     */
    public void rejected(String reason) {
        if (isTraced()) {
            told = true;
            span.setAttribute(OUTCOME, "dead_letter").setAttribute(REASON, reason);
        }
    }

    /** Ends the span, with one child for each step. */
    @Override
    public void close() {
        if (isTraced()) {
            steps.forEach(this::child);
            if (!told) {
                span.setStatus(StatusCode.ERROR, "given up");
            }
            span.end(epochNanos.getAsLong(), NANOSECONDS);
        }
    }

    private boolean isTraced() {
        return this != NONE;
    }

    private void done(String step, long tookNanos, int images) {
        if (isTraced()) {
            long now = epochNanos.getAsLong();
            steps.add(new Step(step, now - tookNanos, now, images));
        }
    }

    private void child(Step step) {
        SpanBuilder child = tracing.tracer()
                .spanBuilder(step.name())
                .setParent(context)
                .setStartTimestamp(step.from(), NANOSECONDS);
        if (step.images() > 0) {
            child.setAttribute(BATCH_IMAGES, (long) step.images());
        }
        child.startSpan().end(step.to(), NANOSECONDS);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
