package io.twinstream.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.util.Optional;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class RequestSpansTest {
    private static final byte[] IMAGE = NoiseImages.png(1);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final Tracing tracing = Tracing.of(SimpleSpanProcessor.create(exported), "test", 1);
    private final FakeKafka kafka = FakeKafka.traced(tracing);

    @Test
    void aProbeGoesOnWithItsCallersTraceAndHandsItToItsRecord() throws Exception {
        try (Caller caller = serve(kafka, tracing)) {
            assertEquals(
                    202,
                    caller.post(
                                    "/v1/probes?source=gate&id=p1",
                                    IMAGE,
                                    "traceparent",
                                    "00-%s-%s-01".formatted(TRACE, CALLER))
                            .statusCode());
            SpanData request = span("POST /v1/probes");
            SpanData send = span("test.probes send");

            assertEquals(TRACE, request.getTraceId());
            assertEquals(CALLER, request.getParentSpanId());
            assertEquals(SpanKind.SERVER, request.getKind());
            assertEquals(202L, attribute(request, "http.response.status_code"));
            assertEquals(TRACE, send.getTraceId());
            assertEquals(request.getSpanId(), send.getParentSpanId());
            assertEquals(SpanKind.PRODUCER, send.getKind());
            assertEquals("p1", send.getAttributes().get(Messaging.PROBE));
            assertEquals("gate", send.getAttributes().get(Messaging.SOURCE));
            assertEquals("00-%s-%s-01".formatted(TRACE, send.getSpanId()), header(0));
        }
    }

    @Test
    void aProbeOfNoTraceBeginsOne() throws Exception {
        try (Caller caller = serve(kafka, tracing)) {
            caller.post("/v1/probes", IMAGE);
            caller.post("/v1/probes", IMAGE);

            await().until(() -> exported.getFinishedSpanItems().size() == 4);
            assertEquals(SpanId.getInvalid(), span("POST /v1/probes").getParentSpanId());
            assertNotEquals(header(0).substring(0, 35), header(1).substring(0, 35));
        }
    }

    @Test
    void whatIsSentOtherwiseThanOverHttpBeginsATraceOfItsOwn() throws Exception {
        kafka.publisher
                .probe(ProbeRequest.of("folder", IMAGE, new ProbeRequest.Task.Identify(1)))
                .get();

        assertEquals(SpanId.getInvalid(), span("test.probes send").getParentSpanId());
        assertTrue(header(0).contains(span("test.probes send").getSpanId()));
    }

    @Test
    void noSpanOfAReferenceNamesItsSubject() throws Exception {
        try (Caller caller = serve(kafka, tracing)) {
            assertEquals(202, caller.post("/v1/references/alice?id=ref7", IMAGE).statusCode());

            String all = span("POST /v1/references/{subject}").toString() + span("test.references send");
            assertFalse(all.contains("alice"), all);
            assertFalse(all.contains("ref7"), all);
        }
    }

    @Test
    void aLabelledImageGoesOnWithItsCallersTrace() throws Exception {
        try (Caller caller = serve(kafka, tracing)) {
            int status = caller.post(
                            "/v1/labelled-images/alice", IMAGE, "traceparent", "00-%s-%s-01".formatted(TRACE, CALLER))
                    .statusCode();
            SpanData request = span("POST /v1/labelled-images/{subject}");

            assertEquals(202, status);
            assertEquals(CALLER, request.getParentSpanId());
            assertEquals(request.getSpanId(), span("test.labelled-images send").getParentSpanId());
        }
    }

    @Test
    void feedbackAndErasuresHaveSpansThatEndWithTheAnswer() throws Exception {
        try (Caller caller = serve(kafka, tracing)) {
            int feedback = caller.post("/v1/verdicts/p1/feedback", "{}".getBytes(US_ASCII))
                    .statusCode();
            int erased = caller.delete("/v1/references/alice?reference=r1").statusCode();
            int labels = caller.delete("/v1/labelled-images/alice?colour=red").statusCode();

            assertEquals(
                    (long) feedback,
                    attribute(span("POST /v1/verdicts/{probe}/feedback"), "http.response.status_code"));
            assertEquals(
                    (long) erased, attribute(span("DELETE /v1/references/{subject}"), "http.response.status_code"));
            assertEquals(
                    (long) labels,
                    attribute(span("DELETE /v1/labelled-images/{subject}"), "http.response.status_code"));
        }
    }

    @Test
    void aRecordThatTheBrokerRefusesIsAnErrorOfBothSpans() throws Exception {
        kafka.producer.sendException = new RecordTooLargeException("too large");
        try (Caller caller = serve(kafka, tracing)) {
            int status = caller.post("/v1/probes", IMAGE).statusCode();

            assertEquals((long) status, attribute(span("POST /v1/probes"), "http.response.status_code"));
            assertEquals(StatusCode.ERROR, span("test.probes send").getStatus().getStatusCode());
            assertEquals("TOO_LARGE", span("test.probes send").getAttributes().get(Messaging.ERROR_TYPE));
        }
    }

    @Test
    void whereTracingIsOffACallersTraceGoesNowhere() throws Exception {
        FakeKafka untraced = FakeKafka.acknowledging();
        try (Caller caller = serve(untraced, Tracing.off())) {
            caller.post("/v1/probes", IMAGE, "traceparent", "00-%s-%s-01".formatted(TRACE, CALLER));

            assertNull(untraced.sent().get(0).headers().lastHeader("traceparent"));
        }
    }

    private static Caller serve(FakeKafka kafka, Tracing tracing) {
        return Caller.of(kafka, Optional.empty(), tracing);
    }

    private SpanData span(String name) {
        return await().until(
                        () -> exported.getFinishedSpanItems().stream()
                                .filter(span -> span.getName().equals(name))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static Object attribute(SpanData span, String name) {
        return span.getAttributes().asMap().entrySet().stream()
                .filter(entry -> entry.getKey().getKey().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private String header(int index) {
        return new String(
                kafka.sent().get(index).headers().lastHeader("traceparent").value(), US_ASCII);
    }
}
