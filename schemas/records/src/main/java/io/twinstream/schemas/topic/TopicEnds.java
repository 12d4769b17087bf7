package io.twinstream.schemas.topic;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where partitions end: at their high watermarks, behind whatever every replica in sync has. For one thread, but for {@link #wakeup}.
 *
 * <p>Maintainers: what a {@code read_committed} consumer calls the end is the last stable offset, which stops short at the first open
 * transaction, whoever's it is, and hides what was committed behind it. So another consumer is asked, which reads nothing: a look costs one
 * request a broker.
 */
public final class TopicEnds implements AutoCloseable {
    private final Consumer<?, ?> uncommitted;

    /**
     * Asks a consumer.
     *
     * @param uncommitted with {@code read_uncommitted}, handed over
     */
    public TopicEnds(Consumer<?, ?> uncommitted) {
        this.uncommitted = uncommitted;
    }

    /**
     * Asks a consumer of its own.
     *
     * @param kafka a client's properties
     */
    public static TopicEnds of(Map<String, Object> kafka) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new TopicEnds(new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** The offset behind the last record of each partition, as it is now. */
    public Map<TopicPartition, Long> of(Collection<TopicPartition> partitions) {
        return uncommitted.endOffsets(partitions);
    }

    /** Ends a look that waits for a broker, with a {@link org.apache.kafka.common.errors.WakeupException}; from any thread. */
    public void wakeup() {
        uncommitted.wakeup();
    }

    @Override
    public void close() {
        uncommitted.close();
    }
}
