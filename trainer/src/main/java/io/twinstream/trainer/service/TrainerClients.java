package io.twinstream.trainer.service;

import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.settings.TrainerSettings;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The service's Kafka clients. */
final class TrainerClients {
    /** A trainer that was cut off must not tell later what another has told since: what is old is dropped. */
    private static final int DELIVERY_MS = 30_000;

    private static final int REQUEST_MS = 10_000;
    private static final int BLOCK_MS = 10_000;

    private TrainerClients() {}

    /** Reads a topic from the beginning. */
    static KafkaConsumer<String, byte[]> follower(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return consumer(settings, config);
    }

    /** Is a member of the trainers' group. A further member takes nothing from the one that leads. */
    static KafkaConsumer<String, byte[]> member(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, settings.getString(TrainerSettings.GROUP));
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        return consumer(settings, config);
    }

    static KafkaProducer<String, byte[]> producer(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MS);
        return new KafkaProducer<>(
                config, new StringSerializer(), RecordValues.of(settings).serializer());
    }

    private static KafkaConsumer<String, byte[]> consumer(Settings settings, Map<String, Object> config) {
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A topic made by asking for it would have the brokers' settings, not those that the service needs.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(
                config, new StringDeserializer(), RecordValues.of(settings).deserializer());
    }
}
