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
 * Traces each record from its sending to its acknowledgement, in a child of the caller's current span or in a trace of its
 * own. The span's context goes into the record's headers. Safe for many threads.
 */
final class SendSpans {
    private static final String OPERATION = "send";

    private final Tracing tracing;

    SendSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Begins the span of a record that is about to be sent. */
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

    /** Ends a span once the outcome of its record is known; returns the future that it was given. */
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
