package example;

import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Knows the brokers and the names of the topics, which are those of the services' own environment. */
final class Cluster {
    static final Topics TOPICS = new Topics(variable("TWINSTREAM_TOPIC_PREFIX", Topics.DEFAULT_PREFIX), 1);

    /** Is how long a client waits for brokers that don't answer. */
    static final int PATIENCE_MS = 10_000;

    private static final String BROKERS = variable("TWINSTREAM_BOOTSTRAP_SERVERS", "localhost:9092");

    private Cluster() {}

    /**
     * Adds a client's own settings to those of all. Brokers with TLS or SASL need {@code security.protocol} and its companions
     * here.
     */
    static Map<String, Object> settings(Map<String, Object> further) {
        Map<String, Object> settings = new HashMap<>(further);
        settings.put("bootstrap.servers", BROKERS);
        return settings;
    }

    /** Makes a consumer of what is committed: what an aborted transaction left is no verdict. */
    static KafkaConsumer<String, byte[]> consumer(Map<String, Object> further) {
        Map<String, Object> settings = settings(further);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", PATIENCE_MS);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns the partitions of a topic, and fails within seconds where no broker answers or the topic is missing. */
    static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, Duration.ofMillis(PATIENCE_MS)).stream()
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + topic);
        }
        return partitions;
    }

    /** Ends the program with one line that says what went wrong. */
    static void fail(Exception failure) {
        System.err.println(BROKERS + ": " + failure.getMessage());
        System.exit(1);
    }

    private static String variable(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }
}
