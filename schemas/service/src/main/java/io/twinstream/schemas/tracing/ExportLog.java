package io.twinstream.schemas.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs that spans are lost, in one line a minute at most. Safe for many threads. */
final class ExportLog implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger(ExportLog.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    /**
     * The exporter's own logger, which would write a stack trace for each failure. It is held here because its level would be
     * lost if it were collected.
     */
    private static final java.util.logging.Logger OWN = java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

    private final SpanExporter exporter;
    private final LongSupplier nanoTime;
    private final AtomicLong quietUntil;
    private final AtomicLong lost = new AtomicLong();

    ExportLog(SpanExporter exporter, LongSupplier nanoTime) {
        OWN.setLevel(Level.OFF);
        this.exporter = exporter;
        this.nanoTime = nanoTime;
        this.quietUntil = new AtomicLong(nanoTime.getAsLong());
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                failed(count, result.getFailureThrowable());
            }
        });
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    private void failed(int count, @Nullable Throwable why) {
        lost.addAndGet(count);
        long now = nanoTime.getAsLong();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET.toNanos())) {
            log.warn(
                    "{} spans could not be sent and are lost; the service goes on: {}",
                    lost.getAndSet(0),
                    why == null ? "no answer in time" : cause(why));
        }
    }

    /** Returns the cause below the exporter's own wrapping. */
    private static Throwable cause(Throwable why) {
        return why.getCause() == null ? why : why.getCause();
    }
}
