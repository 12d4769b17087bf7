package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Holds the latest window of each key that a read-committed reader has found, and how many verdicts they count together. */
final class WindowTail implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordSerde<MatchWindow> serde = RecordSerde.of(MatchWindow.class);
    private final Map<String, MatchWindow> latest = new HashMap<>();
    private final Map<Long, Long> verdicts = new HashMap<>();

    WindowTail(Settings settings, Topics topics) {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topics.matchWindows()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads on for a moment. */
    void poll() {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> {
            MatchWindow window = serde.decode(record.value());
            MatchWindow before = latest.put(record.key(), window);
            verdicts.merge(
                    window.getSizeMs(), window.getVerdicts() - (before == null ? 0 : before.getVerdicts()), Long::sum);
        });
    }

    /** Returns how many verdicts the windows of a size count. */
    long verdicts(Duration size) {
        return verdicts.getOrDefault(size.toMillis(), 0L);
    }

    /** Returns the windows by key. */
    Map<String, MatchWindow> latest() {
        return latest;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
