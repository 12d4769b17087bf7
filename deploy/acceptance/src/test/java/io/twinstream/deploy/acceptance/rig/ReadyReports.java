package io.twinstream.deploy.acceptance.rig;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the first report of each verifier that it is ready with a version, since it last was not. */
public final class ReadyReports implements AutoCloseable {
    /**
     * Holds one report.
     *
     * @param at time when the broker appended it
     * @param gallerySize number of references in the version's gallery
     */
    public record Ready(ModelId model, Instant at, int gallerySize) {}

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordSerde<ModelState> serde = RecordSerde.of(ModelState.class);
    private final Map<String, Ready> byKey = new HashMap<>();

    public ReadyReports(String bootstrapServers, Topics topics) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = List.of(new TopicPartition(topics.modelStates(), 0));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Returns the reports on one version, as far as the topic was read. It reads on without waiting. */
    public List<Ready> now(ModelId model) {
        consumer.poll(Duration.ZERO).forEach(this::take);
        return byKey.values().stream()
                .filter(ready -> ready.model().equals(model))
                .toList();
    }

    /** Waits for so many verifiers that are ready with a version. */
    public List<Ready> await(ModelId model, int verifiers, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (now(model).size() < verifiers) {
            consumer.poll(POLL).forEach(this::take);
            if (System.nanoTime() > end) {
                throw new IllegalStateException("%d of %d verifiers are ready with %s after %d s"
                        .formatted(now(model).size(), verifiers, model, limit.toSeconds()));
            }
        }
        return now(model);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        ModelState state = record.value() == null ? null : serde.decode(record.value());
        if (state == null || state.getState() != VersionState.READY) {
            byKey.remove(record.key());
        } else {
            byKey.putIfAbsent(
                    record.key(),
                    new Ready(
                            new ModelId(state.getModelName(), state.getModelVersion()),
                            Instant.ofEpochMilli(record.timestamp()),
                            state.getGallerySize()));
        }
    }
}
