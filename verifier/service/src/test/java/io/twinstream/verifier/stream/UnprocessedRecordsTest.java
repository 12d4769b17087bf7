package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnprocessedRecordsTest {
    private static final TopicPartition PARTITION = new TopicPartition("probes", 0);

    private final Map<TopicPartition, Long> committed = new HashMap<>(Map.of(PARTITION, -1L));
    private final Map<TopicPartition, OffsetAndMetadata> ofGroup = new HashMap<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            if (!brokersAnswer) {
                throw new TimeoutException("no broker answers");
            }
            return ofGroup;
        }
    };
    private boolean brokersAnswer = true;
    private long nanos = 1;
    private final UnprocessedRecords unprocessed =
            new UnprocessedRecords(() -> committed, () -> consumer, Duration.ofSeconds(3), () -> nanos);

    UnprocessedRecordsTest() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L, new TopicPartition("probes", 1), 0L));
    }

    @AfterEach
    void close() {
        unprocessed.close();
    }

    @Test
    void aRecordThatLiesOnAPartitionThatDoesNotGetOnIsFound() {
        committed.put(PARTITION, 5L);
        unprocessed.look();
        records(5);

        after(4);
        long found = nanos;
        after(10);

        assertEquals(Optional.of(new UnprocessedRecords.Unprocessed(PARTITION, found)), unprocessed.oldest());
    }

    @Test
    void aPartitionThatGetsOnIsNoTroubleHoweverMuchLiesOnIt() {
        records(5);
        for (long offset = 0; offset < 20; offset++) {
            committed.put(PARTITION, offset);
            after(2);
        }

        assertEquals(Optional.empty(), unprocessed.oldest());
        assertTrue(consumer.assignment().isEmpty(), "the broker isn't asked");
    }

    @Test
    void whatIsFoundIsForgottenOnceItIsProcessed() {
        unprocessed.look();
        records(5);
        after(4);
        assertTrue(unprocessed.oldest().isPresent());

        committed.put(PARTITION, 6L);
        after(1);

        assertEquals(Optional.empty(), unprocessed.oldest());
    }

    @Test
    void thePartitionsEmptyEndIsNoRecord() {
        committed.put(PARTITION, 5L);
        unprocessed.look();

        after(4);
        after(100);

        assertEquals(Optional.empty(), unprocessed.oldest());
    }

    @Test
    void whatTheGroupHasCommittedCountsWhereTheClientHasCommittedNothing() {
        unprocessed.look();
        records(5);
        ofGroup.put(PARTITION, new OffsetAndMetadata(6));

        after(4);
        after(4);

        assertEquals(Optional.empty(), unprocessed.oldest());
    }

    @Test
    void aThreadThatIsReplacedAgainAndAgainGetsNothingOn() {
        committed.put(PARTITION, 5L);
        unprocessed.look();
        records(5);
        after(4);
        long found = nanos;

        committed.clear();
        after(10);
        committed.put(PARTITION, -1L);
        after(1);

        assertEquals(Optional.of(new UnprocessedRecords.Unprocessed(PARTITION, found)), unprocessed.oldest());
    }

    @Test
    void aCommitThatTheClientNeverLearnedOfCountsOnceTheGroupKnowsIt() {
        committed.put(PARTITION, 5L);
        unprocessed.look();
        records(5);
        after(4);
        assertTrue(unprocessed.oldest().isPresent());

        // The answer to the commit got lost in an outage, and the task was made anew behind the record.
        committed.put(PARTITION, -1L);
        ofGroup.put(PARTITION, new OffsetAndMetadata(6));
        after(4);

        assertEquals(Optional.empty(), unprocessed.oldest());
    }

    @Test
    void whatIsProcessedIsForgottenThoughTheBrokersDoNotTellOfAnotherPartition() {
        TopicPartition other = new TopicPartition("probes", 1);
        committed.put(other, 2L);
        unprocessed.look();
        records(5);
        after(4);
        assertEquals(
                PARTITION,
                unprocessed
                        .oldest()
                        .map(UnprocessedRecords.Unprocessed::partition)
                        .orElseThrow());

        committed.put(PARTITION, 6L);
        brokersAnswer = false;

        assertThrows(TimeoutException.class, () -> after(4));
        assertEquals(Optional.empty(), unprocessed.oldest());
    }

    private void records(long offset) {
        consumer.schedulePollTask(() -> consumer.addRecord(record(offset)));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>("probes", 0, offset, new byte[0], new byte[0]);
    }

    private void after(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
        unprocessed.look();
    }
}
