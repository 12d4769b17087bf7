package io.twinstream.verifier.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.PartialVerdict;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.stream.CloudEvents;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.JudgeTopology;
import io.twinstream.verifier.stream.ProbeResults;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * A sharded gallery is the same gallery twice, whole and in shards, each with the topologies that judge by it, without
 * brokers.
 */
final class ShardedGallery implements AutoCloseable {
    static final Instant APPENDED = Instant.parse("2024-05-01T10:00:00Z");
    static final Topics TOPICS = new Topics("t", 1);
    private static final Clock CLOCK = Clock.fixed(APPENDED.plusMillis(1_234), ZoneOffset.UTC);
    private static final CloudEvents EVENTS = CloudEvents.ofSource(TOPICS.prefix(), "verifier");
    private static final RecordSerde<Verdict> VERDICTS = RecordSerde.of(Verdict.class);
    private static final RecordSerde<PartialVerdict> PARTIALS = RecordSerde.of(PartialVerdict.class);

    private final Part whole;
    private final List<Part> parts;
    final WaitingProbes waiting = new WaitingProbes(CLOCK);
    final TopologyTestDriver merge = driver(MergeTopology.build(
            TOPICS, Serdes.ByteArray(), new ProbeResults(ProbeMetrics.none(), EVENTS), waiting, CLOCK));

    ShardedGallery(int shards, UnaryOperator<ServingModel> model) {
        whole = new Part(Shard.WHOLE, model);
        parts = IntStream.range(0, shards)
                .mapToObj(i -> new Part(new Shard(i, shards), model))
                .toList();
    }

    void enrol(String subject, String reference, int image) {
        enrol(subject, reference, Probes.image(image));
    }

    void enrol(String subject, String reference, byte[] image) {
        whole.enrol(subject, reference, image);
        parts.forEach(part -> part.enrol(subject, reference, image));
    }

    /** Returns the whole gallery's verdict on the next probe, or null for a dead letter. */
    Verdict unsharded(Probe probe) {
        whole.send(probe);
        List<TestRecord<byte[], byte[]>> verdicts = read(whole.driver, TOPICS.verdicts());
        return verdicts.isEmpty() ? null : VERDICTS.decode(verdicts.get(0).value());
    }

    /** Returns what each shard writes about the next probe. */
    List<TestRecord<byte[], byte[]>> partials(Probe probe) {
        List<TestRecord<byte[], byte[]>> partials = new ArrayList<>();
        for (Part part : parts) {
            part.send(probe);
            partials.addAll(read(part.driver, TOPICS.partialVerdicts()));
        }
        return partials;
    }

    /** Returns the number of dead letters of the shards since the last call. */
    int deadLetters() {
        return parts.stream()
                .mapToInt(part -> read(part.driver, TOPICS.deadLetters()).size())
                .sum();
    }

    /** Writes a partial verdict for the merging topology. */
    void merge(TestRecord<byte[], byte[]> partial) {
        merge.createInputTopic(TOPICS.partialVerdicts(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(partial);
    }

    /** Returns the merged verdicts since the last call, as they are written. */
    List<TestRecord<byte[], byte[]>> records() {
        return read(merge, TOPICS.verdicts());
    }

    /** Returns the merged verdicts since the last call. */
    List<Verdict> verdicts() {
        return records().stream().map(each -> VERDICTS.decode(each.value())).toList();
    }

    /** Returns the dead letters of merging since the last call. */
    List<TestRecord<byte[], byte[]>> unmerged() {
        return read(merge, TOPICS.deadLetters());
    }

    static PartialVerdict decode(TestRecord<byte[], byte[]> partial) {
        return PARTIALS.decode(partial.value());
    }

    @Override
    public void close() {
        merge.close();
        whole.close();
        parts.forEach(Part::close);
    }

    private static List<TestRecord<byte[], byte[]>> read(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static TopologyTestDriver driver(Topology topology) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        return new TopologyTestDriver(topology, properties);
    }

    private static ModelChoice withItselfInTheShadow(ServingModel model) {
        ModelChoice always = ModelChoice.always(model);
        return new ModelChoice() {
            @Override
            public ModelLease serving(Instant appendedAt) {
                return always.serving(appendedAt);
            }

            @Override
            public Optional<ModelLease> shadow(Instant appendedAt) {
                return Optional.of(always.serving(appendedAt));
            }
        };
    }

    private static final class Part {
        private final Shard shard;
        private final ServingModel model;
        private final TopologyTestDriver driver;

        Part(Shard shard, UnaryOperator<ServingModel> change) {
            this.shard = shard;
            this.model = change.apply(ServingModels.byDistance());
            this.driver = driver(JudgeTopology.build(
                    TOPICS,
                    Serdes.ByteArray(),
                    withItselfInTheShadow(model),
                    new LookAheads(TOPICS.probes(), ImageLimits.DEFAULT, 8),
                    Standstills.none(),
                    new Judge(CLOCK),
                    new ProbeResults(ProbeMetrics.none(), EVENTS),
                    shard));
        }

        void enrol(String subject, String reference, byte[] image) {
            if (shard.holds(subject)) {
                Picture picture = (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(image, 1);
                model.gallery()
                        .put(
                                new ReferenceKey(subject, reference),
                                model.embedder().embedAll(List.of(picture))[0]);
            }
        }

        void send(Probe probe) {
            driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer())
                    .pipeInput(new TestRecord<>(new byte[] {1}, Probes.encode(probe), foreign(), APPENDED));
        }

        /** Returns the headers of a probe that its sender made an event. */
        private static Headers foreign() {
            return new RecordHeaders().add("ce_id", "of-the-probe".getBytes(UTF_8));
        }

        void close() {
            driver.close();
            model.close();
        }
    }
}
