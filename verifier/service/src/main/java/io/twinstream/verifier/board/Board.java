package io.twinstream.verifier.board;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A board follows a topic of records of one type; a record of another type is passed over, see {@link RecordDecoder}.
 * It takes records on a thread of its own, and many threads may ask it.
 */
abstract class Board<T extends SpecificRecordBase> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Board.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final RecordDecoder<T> decoder;
    private final TopicFollower follower;
    private final AtomicLong changes = new AtomicLong();

    Board(KafkaClients clients, ServiceThreads threads, String topic, Class<T> type) {
        decoder = new RecordDecoder<>(type, "a record of the topic", log);
        follower = TopicFollower.of(topic, threads, clients, List.of(topic), POLL, this::apply);
    }

    /** Takes the topic's next record. */
    abstract void accept(T record);

    public void start() {
        follower.start();
    }

    /** Returns the follower that reads the topic. */
    public TopicFollower follower() {
        return follower;
    }

    /** Returns a number that rises with every record. */
    public long changes() {
        return changes.get();
    }

    /** Returns true once all records that were on the topic at the start have been taken. */
    public boolean isRead() {
        return follower.caughtUp();
    }

    @Override
    public void close() {
        follower.close();
    }

    /**
     * Checks that the topic has been read.
     *
     * @throws BoardUnreadException unless all records that were on the topic at the start have been taken
     */
    void requireRead() {
        if (!isRead()) {
            String why = follower.failure().isEmpty() ? follower.trouble() : follower.failure();
            throw new BoardUnreadException(why.isEmpty() ? "the topic is not read yet: try again" : why);
        }
    }

    private void apply(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> each : records) {
            decoder.tryDecode(each).ifPresent(record -> {
                accept(record);
                changes.incrementAndGet();
            });
        }
    }
}
