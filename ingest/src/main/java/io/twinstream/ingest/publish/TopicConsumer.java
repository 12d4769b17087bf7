package io.twinstream.ingest.publish;

import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.Settings;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A consumer in no group, which is told what to read. */
public final class TopicConsumer {
    private static final Deserializer<byte[]> DROP = (topic, bytes) -> new byte[0];

    /** Closing waits for the last fetch, which at the end of the topic takes all the time that it is given. */
    private static final int FETCH_MAX_WAIT_MS = 20;

    private TopicConsumer() {}

    /** One that reads whole records. */
    public static Consumer<String, byte[]> open(Settings settings, IsolationLevel isolation) {
        return open(settings, isolation, RecordValues.of(settings).deserializer());
    }

    /** One that drops values unread; only their sizes tell tombstones. */
    static Consumer<String, byte[]> ofKeys(Settings settings, IsolationLevel isolation) {
        return open(settings, isolation, DROP);
    }

    private static Consumer<String, byte[]> open(
            Settings settings, IsolationLevel isolation, Deserializer<byte[]> values) {
        Map<String, Object> properties = settings.kafka();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "twinstream-ingest-reader");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new KafkaConsumer<>(properties, new StringDeserializer(), values);
    }
}
