package io.twinstream.ingest.publish;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.twinstream.ingest.feedback.FeedbackDesk;
import io.twinstream.ingest.image.Pictures;
import io.twinstream.ingest.settings.ProbeKey;
import io.twinstream.ingest.settings.Shrink;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.RegistrySettings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** This is a publisher over Kafka's own mock clients, for tests without a broker. */
public final class FakeKafka {
    public static final Topics TOPICS = new Topics("test", 1);
    public static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    /** Limits that are so small that a test reaches them with little data. */
    public static final ImageLimits LIMITS = new ImageLimits(200_000, 1_000_000, 8);

    /** Bytes of the largest record that each topic takes. */
    public static final int LARGEST_RECORD = 3 << 20;

    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final MockProducer<String, byte[]> producer;
    public final ImagePublisher publisher;

    private FakeKafka(
            boolean acknowledges,
            int maxPendingBytes,
            List<ConsumerRecord<String, byte[]>> onReferences,
            int committed,
            Tracing tracing) {
        this(
                acknowledges,
                maxPendingBytes,
                onReferences,
                committed,
                tracing,
                LIMITS,
                LARGEST_RECORD,
                Shrink.FIT,
                ProbeKey.PROBE);
    }

    private FakeKafka(
            boolean acknowledges,
            int maxPendingBytes,
            List<ConsumerRecord<String, byte[]>> onReferences,
            int committed,
            Tracing tracing,
            ImageLimits limits,
            int largestRecord,
            Shrink shrink,
            ProbeKey probeKey) {
        producer = new MockProducer<>(
                cluster(),
                acknowledges,
                new RoundRobinPartitioner(),
                new StringSerializer(),
                new ByteArraySerializer());
        RecordSender sender = new RecordSender(producer, maxPendingBytes, Duration.ofSeconds(1));
        SubjectKeys keys = new SubjectKeys(
                () -> new TopicReader<>(
                        TOPICS.references(),
                        Duration.ofSeconds(5),
                        isolation -> consumer(
                                onReferences,
                                isolation == IsolationLevel.READ_COMMITTED ? committed : onReferences.size()),
                        (held, open) -> Optional.empty()),
                TOPICS.references(),
                record -> ReferenceKey.storedSubject(record.key()));
        publisher = new ImagePublisher(
                sender,
                new SubjectErasure(new ServiceThreads(), sender, held -> Optional.of("held back")),
                keys,
                keys,
                TOPICS,
                new Pictures(limits),
                new TopicLimits(topic -> largestRecord, System::nanoTime),
                shrink,
                LARGEST_RECORD,
                probeKey,
                Clock.fixed(NOW, ZoneOffset.UTC),
                new RecordOutcomes(registry, tracing));
    }

    /** Makes one that acknowledges at once. */
    public static FakeKafka acknowledging() {
        return new FakeKafka(true, 10 << 20, List.of(), 0, Tracing.off());
    }

    /** Makes one that acknowledges at once. Each topic takes records of this many bytes, and only the defaults limit images. */
    public static FakeKafka taking(int largestRecord, Shrink shrink) {
        return new FakeKafka(
                true,
                10 << 20,
                List.of(),
                0,
                Tracing.off(),
                ImageLimits.DEFAULT,
                largestRecord,
                shrink,
                ProbeKey.PROBE);
    }

    /** Makes one that acknowledges at once and puts probes under this key. */
    public static FakeKafka keying(ProbeKey key) {
        return new FakeKafka(true, 10 << 20, List.of(), 0, Tracing.off(), LIMITS, LARGEST_RECORD, Shrink.FIT, key);
    }

    /** Makes one that acknowledges at once and traces the sending. */
    public static FakeKafka traced(Tracing tracing) {
        return new FakeKafka(true, 10 << 20, List.of(), 0, tracing);
    }

    /** Makes one that acknowledges at once, whose topic of references holds these records. */
    public static FakeKafka holding(List<ConsumerRecord<String, byte[]>> references) {
        return holding(references, references.size());
    }

    /** Makes one that holds these references, of which only the first are committed; an open transaction is behind them. */
    public static FakeKafka holding(List<ConsumerRecord<String, byte[]>> references, int committed) {
        return new FakeKafka(true, 10 << 20, references, committed, Tracing.off());
    }

    /** Makes one that acknowledges a record when the test completes it. */
    public static FakeKafka silent(int maxPendingBytes) {
        return new FakeKafka(false, maxPendingBytes, List.of(), 0, Tracing.off());
    }

    /** Makes a record of the references topic; an empty value makes it a tombstone. */
    public static ConsumerRecord<String, byte[]> reference(long offset, String key, Optional<byte[]> value) {
        return reference(0, offset, key, value);
    }

    /** Makes a record of the references topic on a partition. */
    public static ConsumerRecord<String, byte[]> reference(
            int partition, long offset, String key, Optional<byte[]> value) {
        return new ConsumerRecord<>(
                TOPICS.references(),
                partition,
                offset,
                0,
                TimestampType.CREATE_TIME,
                key.length(),
                value.map(bytes -> bytes.length).orElse(ConsumerRecord.NULL_SIZE),
                key,
                value.orElse(null),
                new RecordHeaders(),
                Optional.empty());
    }

    /** Makes a desk whose topics exist on no broker. */
    public FeedbackDesk desk() {
        KafkaClients clients = new KafkaClients(
                Map.of("bootstrap.servers", "127.0.0.1:1"), RecordValues.of(TOPICS, RegistrySettings.NONE));
        return FeedbackDesk.open(clients, TOPICS, Duration.ofSeconds(30), new ServiceThreads(), publisher, registry);
    }

    public List<ProducerRecord<String, byte[]>> sent() {
        return producer.history();
    }

    /** Acknowledges all records that wait. */
    public void completeAll() {
        while (producer.completeNext()) {
            // The next of those that wait.
        }
    }

    public Probe probe(int index) {
        return RecordSerde.of(Probe.class).decode(sent().get(index).value());
    }

    public Reference reference(int index) {
        return RecordSerde.of(Reference.class).decode(sent().get(index).value());
    }

    public LabelledImage labelled(int index) {
        return RecordSerde.of(LabelledImage.class).decode(sent().get(index).value());
    }

    /** Makes a cluster whose topic of references has two partitions. */
    private static Cluster cluster() {
        List<Node> nodes = List.of(new Node(0, "localhost", 1));
        return new Cluster("test", nodes, partitions(nodes.toArray(Node[]::new)), Set.of(), Set.of());
    }

    private static List<PartitionInfo> partitions(Node @Nullable [] nodes) {
        return List.of(
                new PartitionInfo(TOPICS.references(), 0, null, nodes, nodes),
                new PartitionInfo(TOPICS.references(), 1, null, nodes, nodes));
    }

    private static Consumer<String, byte[]> consumer(List<ConsumerRecord<String, byte[]>> records, int end) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(TOPICS.references(), partitions(null));
        List<ConsumerRecord<String, byte[]>> there = records.subList(0, end);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            int partition = i;
            ends.put(
                    new TopicPartition(TOPICS.references(), i),
                    there.stream().filter(each -> each.partition() == partition).count());
        }
        consumer.updateBeginningOffsets(ends.keySet().stream().collect(Collectors.toMap(each -> each, each -> 0L)));
        consumer.updateEndOffsets(ends);
        consumer.schedulePollTask(() -> there.stream()
                .filter(each -> consumer.assignment().contains(new TopicPartition(each.topic(), each.partition())))
                .forEach(consumer::addRecord));
        return consumer;
    }
}
