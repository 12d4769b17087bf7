package io.twinstream.schemas.tracing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.settings.TracingSettings;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();

    @Test
    void isOffByDefault() {
        try (Tracing tracing = Tracing.open(settings(Map.of()), "test")) {
            assertFalse(tracing.on());
            assertFalse(tracing.tracer().spanBuilder("a").startSpan().isRecording());
        }
    }

    @Test
    void aRecordsHeadersCarryAContextOnWithItsState() {
        Headers headers = headers("01");
        headers.add("tracestate", "vendor=7".getBytes(US_ASCII));
        Tracing tracing = tracing(1);
        Context sender = tracing.context(headers);
        Span begun = tracing.tracer().spanBuilder("a").setParent(sender).startSpan();
        tracing.inject(sender.with(begun), headers);
        begun.end();

        SpanData span = exported.getFinishedSpanItems().get(0);
        assertEquals(TRACE, span.getTraceId());
        assertEquals(PARENT, span.getParentSpanId());
        assertEquals("00-%s-%s-01".formatted(TRACE, span.getSpanId()), text(headers, "traceparent"));
        assertEquals("vendor=7", text(headers, "tracestate"));
        assertEquals(2, headers.toArray().length, "the sender's are replaced");
    }

    @Test
    void headersOfNoTraceAndBrokenOnesAreTheRoot() {
        Tracing tracing = tracing(1);
        Headers broken = new RecordHeaders().add("traceparent", "00-7-7-7".getBytes(US_ASCII));
        Headers empty = new RecordHeaders().add("traceparent", null);

        assertFalse(Span.fromContext(tracing.context(new RecordHeaders()))
                .getSpanContext()
                .isValid());
        assertFalse(Span.fromContext(tracing.context(broken)).getSpanContext().isValid());
        assertFalse(Span.fromContext(tracing.context(empty)).getSpanContext().isValid());
    }

    @Test
    void whatACallerBeganGoesOnAsTheCallerSaysWhateverTheRatio() {
        Tracing none = tracing(0);
        Tracing all = tracing(1);

        none.tracer().spanBuilder("begun here").startSpan().end();
        none.tracer()
                .spanBuilder("kept")
                .setParent(none.context(headers("01")))
                .startSpan()
                .end();
        all.tracer()
                .spanBuilder("left")
                .setParent(all.context(headers("00")))
                .startSpan()
                .end();

        assertEquals(
                "kept",
                exported.getFinishedSpanItems().stream().map(SpanData::getName).reduce("", String::concat));
    }

    @Test
    void theServiceIsNamed() {
        tracing(1).tracer().spanBuilder("a").startSpan().end();

        assertTrue(
                exported.getFinishedSpanItems().get(0).getResource().toString().contains("service.name=\"test\""));
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void aCollectorThatIsAwayDoesNotHoldUpTheEnd() {
        Tracing tracing =
                Tracing.open(settings(Map.of("tracing.otlp.endpoint", "http://127.0.0.1:1/v1/traces")), "test");
        assertTrue(tracing.on());
        tracing.tracer().spanBuilder("a").startSpan().end();

        tracing.close();
    }

    @Test
    void anEndpointThatIsNoUrlIsRefusedWithOneLine() {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> settings(Map.of("tracing.otlp.endpoint", "localhost:4317")));

        assertEquals(
                "tracing.otlp.endpoint is 'localhost:4317': must be a URL such as http://127.0.0.1:4318/v1/traces; set another, or none for no value",
                refused.getMessage());
    }

    /** Makes tracing that exports at once; it isn't closed, which would empty the exported spans. */
    private Tracing tracing(double ratio) {
        return Tracing.of(SimpleSpanProcessor.create(exported), "test", ratio);
    }

    private static Headers headers(String flags) {
        return new RecordHeaders()
                .add(
                        "traceparent",
                        "00-%s-%s-%s".formatted(TRACE, PARENT, flags).getBytes(US_ASCII));
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), US_ASCII);
    }

    private static TracingSettings settings(Map<String, String> values) {
        return Settings.read(CommonSettings.define(new ConfigDef()), CommonSettings::of, values)
                .tracing();
    }
}
