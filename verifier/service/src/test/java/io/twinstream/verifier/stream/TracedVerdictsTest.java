package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracedVerdictsTest {
    private static final Topics TOPICS = new Topics("t", 1);
    private static final Instant APPENDED = Instant.parse("2024-05-01T10:00:00Z");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SENDER = "b7ad6b7169203331";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final LookAheads lookAheads = new LookAheads(
            TOPICS.probes(),
            ImageLimits.DEFAULT,
            8,
            new ByteArrayDeserializer(),
            ProbeMetrics.none(),
            Tracing.of(SimpleSpanProcessor.create(exported), "test", 1),
            new ThreadActivities(),
            Standstills.none());
    private final AtomicBoolean broken = new AtomicBoolean();
    private final ServingModel model = ServingModels.byDistance();
    private final TopologyTestDriver driver = new TopologyTestDriver(
            JudgeTopology.build(
                    TOPICS,
                    Serdes.ByteArray(),
                    ModelChoice.always(model),
                    lookAheads,
                    Standstills.none(),
                    new Judge(clock()),
                    new ProbeResults(ProbeMetrics.none(), CloudEvents.off()),
                    Shard.WHOLE),
            properties());
    private final TestInputTopic<byte[], byte[]> probes =
            driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer());
    private final TestOutputTopic<byte[], byte[]> verdicts =
            driver.createOutputTopic(TOPICS.verdicts(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final TestOutputTopic<byte[], byte[]> deadLetters =
            driver.createOutputTopic(TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

    @AfterEach
    void close() {
        driver.close();
        model.close();
    }

    @Test
    void aProbesTraceGoesOnToItsVerdict() {
        pipe(probe("p-1"), sampled());

        SpanData process = only("t.probes process");
        assertEquals(TRACE, process.getTraceId());
        assertEquals(SENDER, process.getParentSpanId());
        assertEquals(SpanKind.CONSUMER, process.getKind());
        assertEquals(StatusCode.UNSET, process.getStatus().getStatusCode());
        assertEquals("00-%s-%s-01".formatted(TRACE, process.getSpanId()), parent(verdicts.readRecord()));
    }

    @Test
    void itsSpanSaysWhatCameOfItWhereAndByWhom() {
        pipe(probe("p-0"), new RecordHeaders());
        pipe(probe("p-1"), sampled());

        Map<String, Object> said = attributes(only("t.probes process"));
        assertEquals("kafka", said.get("messaging.system"));
        assertEquals("t.probes", said.get("messaging.destination.name"));
        assertEquals("0", said.get("messaging.destination.partition.id"));
        assertEquals(1L, said.get("messaging.kafka.offset"));
        assertEquals("p-1", said.get("twinstream.probe.id"));
        assertEquals("identify", said.get("twinstream.task"));
        assertEquals("undecided", said.get("twinstream.outcome"));
        assertEquals("empty_gallery", said.get("twinstream.reason"));
        assertEquals(model.manifest().name(), said.get("twinstream.model.name"));
        assertEquals(model.manifest().version(), said.get("twinstream.model.version"));
        assertEquals(false, said.get("twinstream.looked_ahead"));
    }

    @Test
    void whatWasDoneForItLiesWithinItsSpanOneAfterTheOther() {
        pipe(probe("p-1"), sampled());

        SpanData process = only("t.probes process");
        long before = process.getStartEpochNanos();
        for (String what : List.of("decode", "embed", "match")) {
            SpanData done = only(what);
            assertEquals(process.getSpanId(), done.getParentSpanId());
            assertTrue(done.getStartEpochNanos() >= before, what);
            before = done.getEndEpochNanos();
        }
        assertTrue(process.getEndEpochNanos() >= before);
        assertEquals(1L, attributes(only("embed")).get("twinstream.batch.images"));
    }

    @Test
    void aProbeThatWasPreparedInAnEarlierOnesBatchHasTheTimesOfThatBatch() {
        byte[] first = probe("p-0");
        byte[] second = probe("p-1");
        poll(List.of(first, second), List.of(new RecordHeaders(), sampled()));

        pipe(first, new RecordHeaders());
        long turn = System.currentTimeMillis();
        pipe(second, sampled());

        SpanData process = only("t.probes process");
        assertEquals(true, attributes(process).get("twinstream.looked_ahead"));
        assertEquals(2L, attributes(only("embed")).get("twinstream.batch.images"));
        assertTrue(
                only("embed").getEndEpochNanos() <= process.getEvents().get(0).getEpochNanos());
        assertTrue(process.getStartEpochNanos() <= only("decode").getStartEpochNanos());
        assertTrue(process.getStartEpochNanos() <= turn * 1_000_000L);
    }

    @Test
    void aDeadLetterIsTracedAsWell() {
        pipe("no probe".getBytes(UTF_8), sampled());

        SpanData process = only("t.probes process");
        assertEquals("dead_letter", attributes(process).get("twinstream.outcome"));
        assertEquals("NOT_A_PROBE", attributes(process).get("twinstream.reason"));
        assertEquals("00-%s-%s-01".formatted(TRACE, process.getSpanId()), parent(deadLetters.readRecord()));
    }

    @Test
    void aProbeWithoutATraceOrOneThatIsNotRecordedHasNoSpan() {
        pipe(probe("p-0"), new RecordHeaders());
        pipe(probe("p-1"), headers("00"));

        assertEquals(List.of(), exported.getFinishedSpanItems());
        assertNull(verdicts.readRecord().headers().lastHeader("traceparent"));
        assertEquals("00-%s-%s-00".formatted(TRACE, SENDER), parent(verdicts.readRecord()));
    }

    @Test
    void aProbeThatTheVerifierCouldNotJudgeIsAnError() {
        broken.set(true);

        assertThrows(RuntimeException.class, () -> pipe(probe("p-1"), sampled()));

        assertEquals(StatusCode.ERROR, only("t.probes process").getStatus().getStatusCode());
        assertNull(only("t.probes process").getAttributes().get(Messaging.PROBE));
    }

    private static byte[] probe(String id) {
        return Probes.encode(Probes.probe(id, Probes.image(1), new Identify(1)));
    }

    private void pipe(byte[] value, Headers headers) {
        probes.pipeInput(new TestRecord<>("gate".getBytes(UTF_8), value, headers, APPENDED));
    }

    /** Shows a poll as Streams' consumer would, which the driver doesn't have. */
    private void poll(List<byte[]> values, List<Headers> headers) {
        TopicPartition partition = new TopicPartition(TOPICS.probes(), 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int offset = 0; offset < values.size(); offset++) {
            records.add(new ConsumerRecord<>(
                    partition.topic(),
                    0,
                    offset,
                    APPENDED.toEpochMilli(),
                    TimestampType.LOG_APPEND_TIME,
                    4,
                    values.get(offset).length,
                    "gate".getBytes(UTF_8),
                    values.get(offset),
                    headers.get(offset),
                    Optional.empty()));
        }
        try (LookAheads.PollInterceptor interceptor = new LookAheads.PollInterceptor()) {
            interceptor.configure(Map.of(LookAheads.CONFIG, lookAheads));
            interceptor.onConsume(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
        }
    }

    private SpanData only(String name) {
        List<SpanData> found = exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertEquals(1, found.size(), name);
        return found.get(0);
    }

    private static Map<String, Object> attributes(SpanData span) {
        return span.getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().getKey(), Map.Entry::getValue, (a, b) -> a, HashMap::new));
    }

    private static Headers sampled() {
        return headers("01");
    }

    private static Headers headers(String flags) {
        return new RecordHeaders()
                .add(
                        "traceparent",
                        "00-%s-%s-%s".formatted(TRACE, SENDER, flags).getBytes(US_ASCII));
    }

    private static String parent(TestRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("traceparent").value(), US_ASCII);
    }

    /** Returns the judge's clock, which stands for anything of the verifier's own that may fail. */
    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                if (broken.get()) {
                    throw new IllegalStateException("broken");
                }
                return APPENDED;
            }
        };
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        return properties;
    }
}
