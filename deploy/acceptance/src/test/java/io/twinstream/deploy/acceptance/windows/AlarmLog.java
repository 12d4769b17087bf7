package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Collects everything that a read-committed reader finds on the alarms topic, in its order. */
final class AlarmLog implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSerde<Alarm> serde = RecordSerde.of(Alarm.class);
    private final List<Alarm> alarms = new ArrayList<>();

    AlarmLog(Settings settings, Topics topics) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> only = List.of(new TopicPartition(topics.alarms(), 0));
        consumer.assign(only);
        consumer.seekToBeginning(only);
    }

    /** Reads what is there, and returns all of a kind and state so far. */
    List<Alarm> read(AlarmKind kind, AlarmState state) {
        consumer.poll(Duration.ZERO).forEach(record -> {
            Alarm alarm = serde.decode(record.value());
            alarms.add(alarm);
            System.err.printf("%s %s: %s%n", alarm.getState(), alarm.getId(), alarm.getReason());
        });
        return alarms.stream()
                .filter(alarm -> alarm.getKind() == kind && alarm.getState() == state)
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
