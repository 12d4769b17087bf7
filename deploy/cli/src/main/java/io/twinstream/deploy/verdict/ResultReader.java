package io.twinstream.deploy.verdict;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.settings.CommonSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of results in no group: every reader gets all of them, committed ones only, in order within a partition. It
 * knows the partitions that there are when it opens. Where an open transaction holds records back it says so, once nothing has
 * come for {@code topics.held.after.ms}. It is for one thread.
 */
final class ResultReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ResultReader.class);

    private static final int FETCH_MAX_WAIT_MS = 200;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final Duration heldAfter;
    private final TopicReader<String> reader;
    private final TopicReader<String>.Tail tail;
    private final Set<TopicPartition> partitions;
    private final String what;

    /** Time of {@link System#nanoTime()} from which on it is looked into why nothing comes. */
    private long nextLookNanos;

    private ResultReader(
            KafkaClients clients,
            Duration heldAfter,
            TopicReader<String> reader,
            Map<TopicPartition, Long> from,
            String what) {
        this.clients = clients;
        this.heldAfter = heldAfter;
        this.reader = reader;
        this.tail = reader.follow(from);
        this.partitions = from.keySet();
        this.what = what;
        putOff(heldAfter);
    }

    /**
     * Opens a reader. It reads what is appended after the return, whatever the start.
     *
     * @param what name of what is read, as people call it
     * @param fromBeginning whether to read what is there already, too
     * @throws KafkaException if there is no such topic or no broker answers
     */
    static ResultReader open(CommonSettings settings, String topic, String what, boolean fromBeginning) {
        KafkaClients clients = KafkaClients.of(settings);
        TopicReader<String> reader = TopicReader.of(
                clients,
                "twinstream-results",
                topic,
                TopicReader.PATIENCE,
                // A record wakes a fetch that waits.
                Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS));
        boolean opened = false;
        try {
            List<TopicPartition> partitions = reader.partitions();
            Map<TopicPartition, Long> from = fromBeginning ? reader.begins(partitions) : reader.stableEnds(partitions);
            ResultReader results = new ResultReader(clients, settings.heldAfter(), reader, from, what);
            opened = true;
            return results;
        } finally {
            if (!opened) {
                reader.close();
            }
        }
    }

    /** Returns the next records, or none once the limit has passed. */
    ConsumerRecords<String, byte[]> poll(Duration limit) {
        ConsumerRecords<String, byte[]> records = tail.poll(limit);
        if (!records.isEmpty()) {
            putOff(heldAfter);
        } else if (System.nanoTime() - nextLookNanos > 0) {
            heldBack().ifPresent(line -> log.warn("{} are held back: {}", what, line));
            putOff(BETWEEN_LOOKS);
        }
        return records;
    }

    /** Returns one line on the open transaction that keeps records from being read now, or nothing if there is none. */
    private Optional<String> heldBack() {
        return OpenTransactions.told(clients, partitions, heldAfter.dividedBy(2));
    }

    private void putOff(Duration look) {
        nextLookNanos = System.nanoTime() + look.toNanos();
    }

    @Override
    public void close() {
        reader.close();
    }
}
