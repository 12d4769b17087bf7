package io.twinstream.schemas.kafka;

import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.CommonSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes the Kafka clients of a process. Consumers read what is committed, are in no group unless one is named, commit nothing by themselves and
 * create no topic; producers have each record acknowledged by every replica in sync, and written once. Values are single objects as {@link
 * RecordValues} gives and takes them. For many threads.
 *
 * <p>Maintainers: of one property the weakest value is the default here, then what the operator set under {@code kafka.}, then what
 * the guarantees above rest on, then what the caller needs otherwise.
 */
public final class KafkaClients {
    private final Map<String, Object> properties;
    private final RecordValues values;

    /**
     * For brokers and a schema registry.
     *
     * @param properties of every client, as the operator set them; copied
     */
    public KafkaClients(Map<String, Object> properties, RecordValues values) {
        this.properties = Map.copyOf(properties);
        this.values = values;
    }

    /** What these settings ask for; connects to nothing yet. */
    public static KafkaClients of(CommonSettings settings) {
        return new KafkaClients(settings.kafka(), RecordValues.of(settings.topics(), settings.registry()));
    }

    /** The operator's properties of every client, for what makes clients of its own, such as Streams. A new map. */
    public Map<String, Object> properties() {
        return new HashMap<>(properties);
    }

    /** Values as they stand on the topics. */
    public RecordValues values() {
        return values;
    }

    /** A client for questions and orders to brokers. */
    public Admin admin(String clientId) {
        return admin(clientId, Map.of());
    }

    /** The same, with properties that differ. */
    public Admin admin(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.putAll(differing);
        return Admin.create(config);
    }

    /** A consumer that reads what is committed, from the beginning where it isn't told from where. */
    public Consumer<String, byte[]> consumer(String clientId) {
        return consumer(clientId, Map.of());
    }

    /** The same, with properties that differ; {@code group.id} makes it a member, or one that may ask for the group's offsets. */
    public Consumer<String, byte[]> consumer(String clientId, Map<String, Object> differing) {
        return consumer(clientId, new StringDeserializer(), values.deserializer(), differing);
    }

    /** The same, with keys and values of the caller's kind. */
    public <K, V> Consumer<K, V> consumer(
            String clientId, Deserializer<K> keys, Deserializer<V> values, Map<String, Object> differing) {
        return new KafkaConsumer<>(ofConsumer(clientId, differing), keys, values);
    }

    Map<String, Object> ofConsumer(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A topic made by asking for it would have the brokers' settings, not those that it needs.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.putAll(differing);
        return config;
    }

    /** A consumer that is asked where partitions end: at their high watermarks; it reads what isn't committed as well. */
    public Consumer<String, byte[]> uncommitted(String clientId) {
        return consumer(
                clientId, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_UNCOMMITTED.toString()));
    }

    /** A producer of records under keys of text. */
    public KafkaProducer<String, byte[]> producer(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.putAll(differing);
        return new KafkaProducer<>(config, new StringSerializer(), values.serializer());
    }

    private Map<String, Object> named(String clientId) {
        Map<String, Object> config = properties();
        config.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        return config;
    }
}
