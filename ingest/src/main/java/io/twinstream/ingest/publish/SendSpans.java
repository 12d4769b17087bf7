package io.twinstream.ingest.publish;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A span for each record that is sent, until it is acknowledged: a child of the caller's current span, or a trace of its own.
 * Its context goes into the record's headers. Safe for many threads.
 */
final class SendSpans {
    private static final String OPERATION = "send";

    private final Tracing tracing;

    SendSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Begins the span of a record that was not sent yet. */
    Span begin(ProducerRecord<?, ?> record) {
        if (!tracing.on()) {
            return Span.getInvalid();
        }
        Context parent = Context.current();
        Span span = tracing.tracer()
                .spanBuilder(record.topic() + " " + OPERATION)
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute(Messaging.SYSTEM, Messaging.KAFKA)
                .setAttribute(Messaging.OPERATION, OPERATION)
                .setAttribute(Messaging.OPERATION_TYPE, OPERATION)
                .setAttribute(Messaging.TOPIC, record.topic())
                .startSpan();
        tracing.inject(parent.with(span), record.headers());
        return span;
    }

    /** Ends a span when it is known what became of its record; returns what was given. */
    static <T> CompletableFuture<T> follow(Span span, CompletableFuture<T> sent) {
        if (!span.isRecording()) {
            return sent;
        }
        var unused = sent.whenComplete((result, failure) -> {
            if (failure != null) {
                PublishException.Fault fault =
                        failure instanceof PublishException e ? e.fault() : PublishException.Fault.FAILED;
                span.setStatus(StatusCode.ERROR).setAttribute(Messaging.ERROR_TYPE, fault.name());
            }
            span.end();
        });
        return sent;
    }
}
