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
 * Makes the Kafka clients of a process. Consumers read only committed records, are in no group unless one is named, commit
 * nothing by themselves and create no topic. Producers write each record once and have every in-sync replica acknowledge it.
 * Values are single objects as {@link RecordValues} gives and takes them. For many threads.
 *
 * <p>Maintainers: a property comes first from the defaults here, then from the operator's {@code kafka.} keys, then from the
 * guarantees above, then from the caller; the last one that sets it wins.
 */
public final class KafkaClients {
    private final Map<String, Object> properties;
    private final RecordValues values;

    /**
     * Makes clients for these brokers and this schema registry.
     *
     * @param properties the operator's properties of every client; copied
     */
    public KafkaClients(Map<String, Object> properties, RecordValues values) {
        this.properties = Map.copyOf(properties);
        this.values = values;
    }

    /** Makes clients as the settings say; connects to nothing yet. */
    public static KafkaClients of(CommonSettings settings) {
        return new KafkaClients(settings.kafka(), RecordValues.of(settings.topics(), settings.registry()));
    }

    /**
     * Returns a new map of the operator's properties of every client, for code that makes clients of its own, such as Streams.
     */
    public Map<String, Object> properties() {
        return new HashMap<>(properties);
    }

    /** Returns the conversion of values from and to the form that they have on the topics. */
    public RecordValues values() {
        return values;
    }

    /** Makes an admin client. */
    public Admin admin(String clientId) {
        return admin(clientId, Map.of());
    }

    /** Makes an admin client with properties that differ. */
    public Admin admin(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.putAll(differing);
        return Admin.create(config);
    }

    /** Makes a consumer of committed records, which begins at the beginning where it isn't told from where. */
    public Consumer<String, byte[]> consumer(String clientId) {
        return consumer(clientId, Map.of());
    }

    /**
     * Makes a consumer of committed records with properties that differ. {@code group.id} makes it a member of the group, or
     * lets it ask for the group's offsets.
     */
    public Consumer<String, byte[]> consumer(String clientId, Map<String, Object> differing) {
        return consumer(clientId, new StringDeserializer(), values.deserializer(), differing);
    }

    /** Makes a consumer of committed records with keys and values of the caller's types. */
    public <K, V> Consumer<K, V> consumer(
            String clientId, Deserializer<K> keys, Deserializer<V> values, Map<String, Object> differing) {
        return new KafkaConsumer<>(ofConsumer(clientId, differing), keys, values);
    }

    Map<String, Object> ofConsumer(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A topic that a request creates would have the brokers' settings instead of its declared ones.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.putAll(differing);
        return config;
    }

    /** Makes a consumer that is asked where partitions end, at their high watermarks; it also reads uncommitted records. */
    public Consumer<String, byte[]> uncommitted(String clientId) {
        return consumer(
                clientId, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_UNCOMMITTED.toString()));
    }

    /** Makes a producer of records with keys of text. */
    public KafkaProducer<String, byte[]> producer(String clientId, Map<String, Object> differing) {
        return new KafkaProducer<>(ofProducer(clientId, differing), new StringSerializer(), values.serializer());
    }

    Map<String, Object> ofProducer(String clientId, Map<String, Object> differing) {
        Map<String, Object> config = named(clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.putAll(differing);
        return config;
    }

    private Map<String, Object> named(String clientId) {
        Map<String, Object> config = properties();
        config.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        return config;
    }
}
