package io.twinstream.schemas.tracing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.twinstream.schemas.settings.TracingSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces one service. Switched off, its tracer records nothing and no header is read or written. Switched on, spans wait for
 * the exporter in a queue of 2,048 and are dropped when it is full, so that tracing never holds up the work. Safe for many
 * threads.
 */
public final class Tracing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tracing.class);

    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final Duration EXPORT = Duration.ofSeconds(5);

    /** Time that the queued spans get at the end, since a span is not worth a slow stop. */
    private static final Duration CLOSE = Duration.ofSeconds(3);

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    /** The provider of spans; null where tracing is off. */
    private final @Nullable SdkTracerProvider provider;

    private final Tracer tracer;

    private Tracing(@Nullable SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = (provider == null ? TracerProvider.noop() : provider).get("io.twinstream");
    }

    /** Returns tracing that is switched off. */
    public static Tracing off() {
        return new Tracing(null);
    }

    /**
     * Opens tracing as the settings have it; needs no collector yet.
     *
     * @param service the service's name in traces: "twinstream-ingest"
     */
    public static Tracing open(TracingSettings settings, String service) {
        return settings.endpoint()
                .map(endpoint -> to(endpoint, service, settings.ratio()))
                .orElseGet(Tracing::off);
    }

    private static Tracing to(String endpoint, String service, double ratio) {
        // There are no retries, which would only fill the queue while a collector is away.
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint)
                .setConnectTimeout(EXPORT)
                .setTimeout(EXPORT)
                .setRetryPolicy(null)
                .build();
        log.info("spans are sent to {}", endpoint);
        return of(
                BatchSpanProcessor.builder(new ExportLog(exporter, System::nanoTime))
                        .setExporterTimeout(EXPORT)
                        .build(),
                service,
                ratio);
    }

    /**
     * Traces to a processor, which is closed with this object.
     *
     * @param ratio the share of the traces begun here that are recorded, 0 to 1
     */
    public static Tracing of(SpanProcessor processor, String service, double ratio) {
        return new Tracing(SdkTracerProvider.builder()
                .addSpanProcessor(processor)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .setResource(Resource.getDefault().merge(Resource.create(Attributes.of(SERVICE, service))))
                .build());
    }

    public boolean on() {
        return provider != null;
    }

    public Tracer tracer() {
        return tracer;
    }

    /** Returns the context that headers carry, or the root where they carry none. Must not be called where tracing is off. */
    public <C> Context context(C headers, TextMapGetter<C> getter) {
        return W3C.extract(Context.root(), headers, getter);
    }

    /** Returns the context that a record's headers carry, or the root where they carry none. */
    public Context context(Headers headers) {
        return context(headers, RecordCarrier.INSTANCE);
    }

    /** Writes a context with a valid span into a record's headers, in the place of an earlier one. */
    public void inject(Context context, Headers headers) {
        W3C.inject(context, headers, RecordCarrier.INSTANCE);
    }

    /** Sends the queued spans, for three seconds at most. */
    @Override
    public void close() {
        if (provider != null
                && !provider.shutdown()
                        .join(CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                        .isDone()) {
            log.warn("the last spans were not sent within {} s of the stop and are lost", CLOSE.toSeconds());
        }
    }

    /** Carries a trace's context in the headers of a Kafka record; the last header of a name holds. */
    private enum RecordCarrier implements TextMapGetter<Headers>, TextMapSetter<Headers> {
        INSTANCE;

        @Override
        public @Nullable String get(@Nullable Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), US_ASCII);
        }

        @Override
        public void set(@Nullable Headers headers, String name, String value) {
            if (headers != null) {
                headers.remove(name).add(name, value.getBytes(US_ASCII));
            }
        }
    }
}
