package io.twinstream.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Shows what becomes of records with images. It counts those that were accepted, refused or failed. It traces each from its
 * sending to its acknowledgement, in a child of the caller's current span or in a trace of its own, whose context goes into
 * the record's headers. Safe for many threads.
 */
final class RecordOutcomes {
    private static final String OPERATION = "send";

    private final MeterRegistry registry;
    private final Tracing tracing;
    private final Counter accepted;
    private final Counter acceptedBytes;
    private final Counter shrunk;

    RecordOutcomes(MeterRegistry registry, Tracing tracing) {
        this.registry = registry;
        this.tracing = tracing;
        accepted = Metric.INGEST_RECORDS.counter(registry, "accepted", "none");
        acceptedBytes = Metric.INGEST_BYTES.counter(registry);
        shrunk = Metric.INGEST_SHRUNK.counter(registry);
        // All are registered at the start: Prometheus sees no rise in a series that begins with its first failure.
        for (PublishFault fault : PublishFault.values()) {
            failures(fault);
        }
    }

    void pending(RecordSender sender) {
        Metric.INGEST_PENDING.gauge(registry, sender::pending);
    }

    void shrunk() {
        shrunk.increment();
    }

    void refused(ImageFault fault) {
        Metric.INGEST_RECORDS.counter(registry, "refused", fault.name()).increment();
    }

    /** Counts a record that failed before it was sent; returns a future that has failed with the same. */
    <T> CompletableFuture<T> failed(PublishException failure) {
        failures(failure.fault()).increment();
        return CompletableFuture.failedFuture(failure);
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

    /** Counts a record and ends its span once its outcome is known; returns the future that it was given. */
    <T> CompletableFuture<T> follow(Span span, CompletableFuture<T> sent, int bytes) {
        var unused = sent.whenComplete((result, failure) -> {
            if (failure == null) {
                accepted.increment();
                acceptedBytes.increment(bytes);
            } else {
                PublishFault fault = failure instanceof PublishException e ? e.fault() : PublishFault.FAILED;
                failures(fault).increment();
                span.setStatus(StatusCode.ERROR).setAttribute(Messaging.ERROR_TYPE, fault.name());
            }
            span.end();
        });
        return sent;
    }

    private Counter failures(PublishFault fault) {
        return Metric.INGEST_RECORDS.counter(registry, "failed", fault.name());
    }
}
