package io.twinstream.deploy.verdict;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of results in no group: every reader gets all of them, committed ones only, in order within a partition. Knows the
 * partitions that there are when it opens. Where records are held back by an open transaction it says so, once nothing has come for
 * {@code topics.held.after.ms}. For one thread.
 */
final class ResultReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ResultReader.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final Settings settings;
    private final Consumer<String, byte[]> consumer;
    private final String what;

    /** When to look why nothing comes. */
    private long nextLookNanos;

    private ResultReader(Settings settings, String what, Consumer<String, byte[]> consumer) {
        this.settings = settings;
        this.what = what;
        this.consumer = consumer;
        putOff(CommonSettings.heldAfter(settings));
    }

    /**
     * Opens a reader. What is appended after the return is read, whatever the start.
     *
     * @param what is read, as people call it
     * @param fromBeginning whether to read what is there already, too
     * @throws KafkaException if there is no such topic or no broker answers
     */
    static ResultReader open(Settings settings, String topic, String what, boolean fromBeginning) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        Consumer<String, byte[]> consumer = new KafkaConsumer<>(
                config, new StringDeserializer(), RecordValues.of(settings).deserializer());
        try {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            // Seeking is lazy: only the question for the position fixes "now".
            partitions.forEach(consumer::position);
            return new ResultReader(settings, what, consumer);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** The next records, or none after the limit. */
    ConsumerRecords<String, byte[]> poll(Duration limit) {
        ConsumerRecords<String, byte[]> records = consumer.poll(limit);
        if (!records.isEmpty()) {
            putOff(CommonSettings.heldAfter(settings));
        } else if (System.nanoTime() - nextLookNanos > 0) {
            heldBack().ifPresent(line -> log.warn("{} are held back: {}", what, line));
            putOff(BETWEEN_LOOKS);
        }
        return records;
    }

    /** One line on the open transaction that keeps records from being read now; empty if there is none. */
    Optional<String> heldBack() {
        return OpenTransactions.told(
                KafkaClients.of(settings),
                consumer.assignment(),
                CommonSettings.heldAfter(settings).dividedBy(2));
    }

    private void putOff(Duration look) {
        nextLookNanos = System.nanoTime() + look.toNanos();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<PartitionInfo> known = consumer.partitionsFor(topic);
        if (known == null || known.isEmpty()) {
            throw new KafkaException("the topic %s doesn't exist: run `twinstream topics create`".formatted(topic));
        }
        return known.stream()
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
    }
}
