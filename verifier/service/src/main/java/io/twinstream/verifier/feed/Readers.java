package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicEnds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Lends consumers in no group, {@code read_committed}, each to one caller at a time: a read then costs what its fetch costs,
 * and not a connection. Keeps as many as are lent at once. For many threads; callers bound how many they are.
 */
public final class Readers implements AutoCloseable {
    /** What a fetch at the end of a topic waits for, and closing a consumer as well. */
    private static final int FETCH_MAX_WAIT_MS = 20;

    /** A batch that is longer comes nonetheless. */
    private static final int SINGLE_FETCH_BYTES = 64 << 10;

    private static final int STRETCH_FETCH_BYTES = 1 << 20;

    /** Younger transactions are those that services write in. */
    private static final Duration LONG_OPEN = Duration.ofSeconds(2);

    private final Settings settings;
    private final int fetchBytes;
    private final BlockingQueue<Consumer<String, byte[]>> idle = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    private Readers(Settings settings, int fetchBytes) {
        this.settings = settings;
        this.fetchBytes = fetchBytes;
    }

    /** For single records: hardly more than the record is fetched. */
    public static Readers ofSingles(Settings settings) {
        return new Readers(settings, SINGLE_FETCH_BYTES);
    }

    /** For many records in a row. */
    public static Readers ofStretches(Settings settings) {
        return new Readers(settings, STRETCH_FETCH_BYTES);
    }

    /** What the work gives; a consumer that it fails with is not lent again. */
    <T> T read(Function<Consumer<String, byte[]>, T> work) {
        Consumer<String, byte[]> lent = idle.poll();
        Consumer<String, byte[]> consumer = lent == null ? open() : lent;
        boolean done = false;
        try {
            T result = work.apply(consumer);
            done = true;
            return result;
        } finally {
            if (done && !closed) {
                idle.add(consumer);
            } else {
                consumer.close();
            }
        }
    }

    /**
     * Makes sure that a partition ends before an offset that no committed reader reaches.
     *
     * @throws TopicUnreadException if there is something, which isn't committed
     */
    void requireNone(TopicPartition partition, long offset) {
        try (TopicEnds ends = TopicEnds.of(settings.kafka())) {
            if (offset < ends.of(List.of(partition)).getOrDefault(partition, 0L)) {
                throw TopicUnreadException.held(
                        "offset %d of %s is not committed yet".formatted(offset, partition),
                        OpenTransactions.told(KafkaClients.of(settings), List.of(partition), LONG_OPEN));
            }
        }
    }

    /** A consumer of the caller's own, to be closed by it. */
    Consumer<String, byte[]> open() {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.MAX_VALUE);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new KafkaConsumer<>(
                config, new StringDeserializer(), RecordValues.of(settings).deserializer());
    }

    @Override
    public void close() {
        closed = true;
        for (Consumer<String, byte[]> each = idle.poll(); each != null; each = idle.poll()) {
            each.close();
        }
    }
}
