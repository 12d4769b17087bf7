package io.twinstream.verifier.stream;

import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.AppendTime;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.StreamSettings;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Streams properties are the settings of Kafka Streams, made from the verifier's. Settings given under {@code kafka.}
 * override these defaults.
 */
public final class StreamsProperties {
    /**
     * This is the number of records that Streams buffers; they are images, and a deeper buffer would cost memory without
     * gaining over a few batches.
     */
    private static final int BUFFERED_RECORDS = 256;

    /**
     * This is the size of a batch of results, room for hundreds of verdicts; Kafka's 16 KiB are full, and sent, after a few
     * dozen.
     */
    private static final int RESULT_BATCH_BYTES = 1 << 18;

    /** This is Kafka's default size of a producer's buffer, which is raised to fit the largest record. */
    private static final int PRODUCER_BUFFER_BYTES = 32 << 20;

    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final int HEARTBEAT_MS = 3_000;
    /** This is Streams' default for a transaction, without the time that a probe may wait for its version. */
    private static final int TRANSACTION_MS = 10_000;

    private StreamsProperties() {}

    /** Returns the properties of the topology that judges. */
    public static Properties of(KafkaClients clients, StreamSettings settings, Shard shard, LookAheads lookAheads) {
        Properties properties = verdicts(clients, settings, shard.application(settings.group()), settings.threads());
        if (settings.lookAhead()) {
            properties.put(
                    mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                    LookAheads.PollInterceptor.class.getName());
            properties.put(mainConsumerPrefix(LookAheads.CONFIG), lookAheads);
        }
        return properties;
    }

    /**
     * Returns the properties of a topology that writes verdicts, whole or partial.
     *
     * @param id the application's id
     */
    public static Properties verdicts(KafkaClients clients, StreamSettings settings, String id, int threads) {
        Properties properties = new Properties();
        Profile profile = settings.profile();
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, profile.commitMs());
        properties.put(StreamsConfig.POLL_MS_CONFIG, profile.pollMs());
        properties.put(producerPrefix(ProducerConfig.LINGER_MS_CONFIG), profile.lingerMs());
        properties.put(producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), RESULT_BATCH_BYTES);
        properties.put(mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), profile.pollRecords());
        // A probe may wait for its version inside a transaction.
        properties.put(
                producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(settings.versionWait().toMillis()) + TRANSACTION_MS);
        properties.putAll(application(clients, settings, id));
        int largest = settings.largestRecord() + Topics.RESULT_BYTES;
        properties.put(producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), largest);
        properties.put(producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), Math.max(PRODUCER_BUFFER_BYTES, largest));
        return properties;
    }

    /**
     * Returns the properties of every topology of a verifier, which come on top of defaults of its own.
     *
     * @param id the application's id; instances with the same one share the work
     */
    public static Properties application(KafkaClients clients, StreamSettings settings, String id) {
        Properties properties = new Properties();
        settings.stateFolder().ifPresent(folder -> properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString()));
        String protocol = settings.groupProtocol();
        if (protocol.equals("classic")) {
            // With the streams protocol these belong to the group, on the broker.
            properties.put(mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
            properties.put(mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_MS);
        }
        properties.putAll(clients.properties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol.toUpperCase(Locale.ROOT));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, settings.guarantee());
        properties.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, AppendTime.class);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }
}
