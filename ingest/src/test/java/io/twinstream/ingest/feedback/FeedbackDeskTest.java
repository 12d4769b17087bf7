package io.twinstream.ingest.feedback;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.twinstream.ingest.NoiseImages;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.tracing.Tracing;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FeedbackDeskTest {
    private static final String PROBE = "p1";
    private static final Region REGION =
            new Region(2f, 3f, 20f, 25f, 0.9f, List.of(new Point(8f, 9f), new Point(15f, 9f)));

    private final Tracing tracing = Tracing.of(SimpleSpanProcessor.create(InMemorySpanExporter.create()), "test", 1);
    private final FakeKafka kafka = FakeKafka.traced(tracing);

    /** The id of the probe as it stands on the topics. */
    private String written = PROBE;

    @Test
    void theRecordOfFeedbackGoesOnWithItsCallersTrace() throws Exception {
        Span caller = tracing.tracer().spanBuilder("a caller").startSpan();
        try (FeedbackDesk desk = new FeedbackDesk(
                new ServiceThreads(), this::reader, FakeKafka.TOPICS, kafka.publisher, new SimpleMeterRegistry())) {
            try (Scope current = caller.makeCurrent()) {
                var unused = desk.take(PROBE, Feedback.subject("ann")).get(30, TimeUnit.SECONDS);
            }
        }

        assertEquals(REGION, kafka.labelled(0).getRegion(), "the region that came with the probe is that of the label");
        String header = new String(
                kafka.sent().get(0).headers().lastHeader("traceparent").value(), US_ASCII);
        assertEquals(caller.getSpanContext().getTraceId(), header.split("-")[1]);
    }

    @Test
    void aVerdictIsFoundInWhateverFormItsSenderGaveTheProbesId() throws Exception {
        written = "Jose\u0301";
        try (FeedbackDesk desk = new FeedbackDesk(
                new ServiceThreads(), this::reader, FakeKafka.TOPICS, kafka.publisher, new SimpleMeterRegistry())) {
            for (String asked : List.of("Jos\u00e9", "Jose\u0301")) {
                assertTrue(desk.take(asked, Feedback.subject("ann"))
                        .get(30, TimeUnit.SECONDS)
                        .isPresent());
            }
        }
    }

    /** Makes a reader of a topic whose one record is the probe, or the verdict on it. */
    private TopicReader<String> reader(String topic) {
        byte[] value = topic.equals(FakeKafka.TOPICS.probes())
                ? RecordSerde.of(Probe.class).encode(probe())
                : RecordSerde.of(Verdict.class).encode(verdict());
        return new TopicReader<>(
                topic,
                Duration.ofSeconds(5),
                isolation -> consumer(topic, written, value),
                (held, open) -> Optional.empty());
    }

    private static Consumer<String, byte[]> consumer(String topic, String key, byte[] value) {
        TopicPartition partition = new TopicPartition(topic, 0);
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 1L));
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>(topic, 0, 0, key, value)));
        return consumer;
    }

    private Probe probe() {
        return new Probe(written, "gate", FakeKafka.NOW, ByteBuffer.wrap(NoiseImages.png(1)), new Identify(1), REGION);
    }

    private Verdict verdict() {
        return Verdict.newBuilder()
                .setProbeId(written)
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(Outcome.NON_MATCH)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of())
                .setGallerySize(0)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("00")
                .setPrecision(Precision.FP32)
                .setProbePartition(0)
                .setProbeOffset(0)
                .setAppendedAt(FakeKafka.NOW)
                .setDecidedAt(FakeKafka.NOW)
                .build();
    }
}
