package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.kafka.SpanCollector.Got;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.TracingSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracesIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-%s-%s-01".formatted(TRACE, CALLER);

    private static final byte[] IMAGE = new DrawnCharacters(7).png(0, 0);

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @Test
    void oneTraceGoesFromTheCallerToTheVerdict() throws Exception {
        try (SpanCollector collector = new SpanCollector()) {
            Verdict verdict;
            Map<String, String> headers;
            try (Services services = services("traced", collector.endpoint())) {
                verdict = services.identify(IMAGE, TRACEPARENT);
                headers = services.verdictHeaders(verdict.getProbeId());
            }

            // Closing the services has sent what was left.
            Map<String, Got> spans = collector.spans().stream()
                    .filter(span -> span.traceId().equals(TRACE))
                    .collect(Collectors.toMap(Got::name, span -> span));
            Got request = spans.get("POST /v1/probes");
            Got send = spans.get("traced.probes send");
            Got process = spans.get("traced.probes process");
            assertEquals(
                    Set.of(request.name(), send.name(), process.name(), "decode", "embed", "match"), spans.keySet());
            assertEquals(CALLER, request.parent());
            assertEquals(request.spanId(), send.parent());
            assertEquals(send.spanId(), process.parent());
            for (String part : List.of("decode", "embed", "match")) {
                assertEquals(process.spanId(), spans.get(part).parent());
            }
            assertEquals("twinstream-ingest", send.service());
            assertEquals("twinstream-verifier", process.service());
            assertEquals(verdict.getProbeId(), send.attributes().get("twinstream.probe.id"));
            assertEquals(verdict.getProbeId(), process.attributes().get("twinstream.probe.id"));
            assertEquals("00-%s-%s-01".formatted(TRACE, process.spanId()), headers.get("traceparent"));
        }
    }

    @Test
    void withTracingOffNoRecordCarriesATrace() throws Exception {
        try (Services services = services("untraced", "")) {
            Verdict verdict = services.identify(IMAGE, TRACEPARENT);

            assertFalse(services.verdictHeaders(verdict.getProbeId()).containsKey("traceparent"));
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aCollectorThatIsAwayHurtsNeitherTheVerdictsNorTheEnd() throws Exception {
        try (Services services = services("away", "http://127.0.0.1:1/v1/traces")) {
            Verdict verdict = services.identify(IMAGE, TRACEPARENT);

            assertNotNull(services.verdictHeaders(verdict.getProbeId()).get("traceparent"));
        }
    }

    private static Services services(String prefix, String endpoint) throws Exception {
        return Services.start(
                broker.bootstrapServers(), broker.claim(prefix), Map.of(TracingSettings.ENDPOINT, endpoint));
    }
}
