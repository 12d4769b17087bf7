package io.twinstream.ingest.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.metrics.Metric;
import java.util.concurrent.CompletableFuture;

/** Counts the records with images that were accepted, refused or failed. Safe for many threads. */
final class PublishMetrics {
    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter acceptedBytes;
    private final Counter shrunk;

    PublishMetrics(MeterRegistry registry) {
        this.registry = registry;
        accepted = Metric.INGEST_RECORDS.counter(registry, "accepted", "none");
        acceptedBytes = Metric.INGEST_BYTES.counter(registry);
        shrunk = Metric.INGEST_SHRUNK.counter(registry);
        // All are registered at the start: Prometheus sees no rise in a series that begins with its first failure.
        for (PublishException.Fault fault : PublishException.Fault.values()) {
            failed(fault);
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

    /** Counts a record once its outcome is known; returns the future that it was given. */
    <T> CompletableFuture<T> follow(CompletableFuture<T> sent, int bytes) {
        var unused = sent.whenComplete((result, failure) -> {
            if (failure == null) {
                accepted.increment();
                acceptedBytes.increment(bytes);
            } else {
                failed(failure instanceof PublishException e ? e.fault() : PublishException.Fault.FAILED)
                        .increment();
            }
        });
        return sent;
    }

    private Counter failed(PublishException.Fault fault) {
        return Metric.INGEST_RECORDS.counter(registry, "failed", fault.name());
    }
}
