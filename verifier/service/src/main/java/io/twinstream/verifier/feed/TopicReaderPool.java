package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.kafka.TopicUnreadException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic-reader pool lends readers of topics, each to one caller at a time, so that a read costs its fetch and not a
 * connection. It keeps as many readers of a topic as are lent at once. Safe for many threads, whose number the callers
 * bound.
 */
public final class TopicReaderPool implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** This is the fetch size for single records; a longer batch is fetched nonetheless. */
    private static final int SINGLE_FETCH_BYTES = 64 << 10;

    private static final int STRETCH_FETCH_BYTES = 1 << 20;

    /** The most offsets that are looked through for a record that may be hidden; of more nobody can tell soon enough. */
    private static final long MOST_PENDING = 4_000;

    private final KafkaClients clients;
    private final int fetchBytes;
    private final Map<String, BlockingQueue<TopicReader<String>>> idle = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private TopicReaderPool(KafkaClients clients, int fetchBytes) {
        this.clients = clients;
        this.fetchBytes = fetchBytes;
    }

    /** Creates a pool for single records, whose readers fetch hardly more than the record. */
    public static TopicReaderPool ofSingles(KafkaClients clients) {
        return new TopicReaderPool(clients, SINGLE_FETCH_BYTES);
    }

    /** Creates a pool for many records in a row. */
    public static TopicReaderPool ofStretches(KafkaClients clients) {
        return new TopicReaderPool(clients, STRETCH_FETCH_BYTES);
    }

    /** Runs work with a reader and returns the result. A reader whose work fails is not lent again. */
    <T> T read(String topic, Function<TopicReader<String>, T> work) {
        BlockingQueue<TopicReader<String>> ofTopic = idle.computeIfAbsent(topic, unused -> new LinkedBlockingQueue<>());
        TopicReader<String> lent = ofTopic.poll();
        TopicReader<String> reader = lent == null ? open(topic) : lent;
        boolean done = false;
        try {
            T result = work.apply(reader);
            done = true;
            return result;
        } finally {
            if (done && !closed) {
                ofTopic.add(reader);
            } else {
                reader.close();
            }
        }
    }

    /**
     * Returns the record at an offset, or empty if there is none any more.
     *
     * @throws TopicUnreadException if the record is there but not committed
     */
    Optional<ConsumerRecord<String, byte[]>> at(String topic, int partition, long offset) {
        return read(topic, reader -> reader.at(new TopicPartition(topic, partition), offset));
    }

    /**
     * Checks that a topic has no record of a kind that its follower doesn't know yet, as it may be while a transaction is
     * open. Records that are not committed count, since they may yet be.
     *
     * @param appliedTo where the follower stood before it was asked for the record, see {@link
     *     io.twinstream.schemas.kafka.TopicFollower#appliedTo}
     * @param what the record, as a message names it
     * @throws TopicUnreadException if there is one, or there are too many records to look through
     */
    public void requireNone(
            String topic,
            Map<TopicPartition, Long> appliedTo,
            Predicate<ConsumerRecord<String, byte[]>> kind,
            String what) {
        Optional<TopicUnreadException> held = read(topic, reader -> {
            OffsetRanges unknown = reader.pending(appliedTo);
            Set<TopicPartition> found = new HashSet<>();
            if (unknown.length() > MOST_PENDING) {
                found.addAll(unknown.partitions());
            } else {
                reader.readPending(unknown, record -> {
                    if (kind.test(record)) {
                        found.add(new TopicPartition(topic, record.partition()));
                    }
                });
            }
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(TopicUnreadException.held(what + " may not be committed yet", reader.told(found)));
        });
        if (held.isPresent()) {
            throw held.get();
        }
    }

    /** Opens a reader of the caller's own, which the caller closes. */
    TopicReader<String> open(String topic) {
        return TopicReader.of(
                clients,
                "twinstream-verifier-watching",
                topic,
                PATIENCE,
                Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes));
    }

    @Override
    public void close() {
        closed = true;
        idle.values().forEach(ofTopic -> {
            for (TopicReader<String> each = ofTopic.poll(); each != null; each = ofTopic.poll()) {
                each.close();
            }
        });
    }
}
