package io.twinstream.schemas.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicReaderTest {
    private static final String TOPIC = "t";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final AtomicInteger missing = new AtomicInteger();
    private final MockConsumer<String, byte[]> committed = new MockConsumer<>("earliest") {
        @Override
        public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
            return missing.getAndDecrement() > 0 ? List.of() : super.partitionsFor(topic, timeout);
        }
    };
    private final MockConsumer<String, byte[]> uncommitted = new MockConsumer<>("earliest");
    private Optional<String> transaction = Optional.of("an open transaction of 'import-7': end it");
    private final TopicReader<String> reader = new TopicReader<>(
            TOPIC,
            PATIENCE,
            isolation -> isolation == IsolationLevel.READ_COMMITTED ? committed : uncommitted,
            (partitions, open) -> transaction);

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void allIsReadToTheEndAsItWasWhenThatWasAskedAndNothingBehindIt() {
        topic(Map.of(FIRST, 2L, SECOND, 1L), Map.of(FIRST, 2L, SECOND, 1L));
        committed.schedulePollTask(() -> {
            committed.addRecord(record(FIRST, 0));
            committed.addRecord(record(FIRST, 1));
            committed.addRecord(record(FIRST, 2));
            committed.addRecord(record(SECOND, 0));
        });

        assertEquals(List.of("0:0", "0:1", "1:0"), read(reader.all()));
    }

    @Test
    void whatAnOpenTransactionHoldsIsWaitedForAndThenSaidWithItsOwner() {
        topic(Map.of(FIRST, 1L), Map.of(FIRST, 2L));
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 0)));
        OffsetRanges all = reader.all();
        List<String> seen = new ArrayList<>();

        TopicUnreadException held =
                assertThrows(TopicUnreadException.class, () -> reader.read(all, each -> seen.add(place(each))));

        assertEquals(List.of("0:0"), seen);
        assertEquals(TopicUnreadException.Cause.HELD, held.why());
        assertEquals(
                "the topic t could not be read to the end within 0 s: an open transaction of 'import-7': end it",
                held.getMessage());
    }

    @Test
    void severalTopicsThatAreHeldAreNamedInOneLineAndInOrder() {
        List<TopicPartition> held =
                List.of(new TopicPartition("c", 0), new TopicPartition("a", 1), new TopicPartition("b", 0));

        assertEquals(
                "the topics a, b and c could not be read to their ends within 10 s: an open transaction of 'import-7': end it",
                TopicUnreadException.afterWaiting(held, Duration.ofSeconds(10), (partitions, open) -> transaction)
                        .getMessage());
    }

    @Test
    void whatATransactionHeldIsReadWhenItEndsInTime() {
        topic(Map.of(FIRST, 1L), Map.of(FIRST, 2L));
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 0)));
        committed.schedulePollTask(() -> {});
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 1)));

        assertEquals(List.of("0:0", "0:1"), read(reader.all()));
    }

    @Test
    void theTimeThatRecordsTakeIsNoneThatTheNextAreWaitedFor() {
        topic(Map.of(FIRST, 2L), Map.of(FIRST, 2L));
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 0)));
        committed.schedulePollTask(() -> {});
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 1)));
        List<String> seen = new ArrayList<>();

        reader.read(reader.all(), each -> {
            seen.add(place(each));
            long since = System.nanoTime();
            await().until(() -> System.nanoTime() - since > PATIENCE.toNanos());
        });

        assertEquals(List.of("0:0", "0:1"), seen);
    }

    @Test
    void withoutATransactionThatHoldsItTheBrokerIsToBlame() {
        transaction = Optional.empty();
        topic(Map.of(FIRST, 1L), Map.of(FIRST, 1L));
        OffsetRanges all = reader.all();

        assertThrows(TimeoutException.class, () -> read(all));
    }

    @Test
    void theLastAreThoseBeforeTheStableEnd() {
        topic(Map.of(FIRST, 10L, SECOND, 1L), Map.of(FIRST, 12L, SECOND, 1L));

        assertEquals(new OffsetRanges(Map.of(FIRST, 7L, SECOND, 0L), Map.of(FIRST, 10L, SECOND, 1L)), reader.last(3));
    }

    @Test
    void whatIsPendingLiesBetweenTheTwoEnds() {
        topic(Map.of(FIRST, 1L, SECOND, 4L), Map.of(FIRST, 3L, SECOND, 4L));
        uncommitted.schedulePollTask(() -> {
            uncommitted.addRecord(record(FIRST, 1));
            uncommitted.addRecord(record(FIRST, 2));
        });
        OffsetRanges pending = reader.pending(reader.stableEnds(reader.partitions()));
        List<String> seen = new ArrayList<>();

        reader.readPending(pending, each -> seen.add(place(each)));

        assertEquals(List.of(FIRST), List.copyOf(pending.partitions()));
        assertEquals(List.of("0:1", "0:2"), seen);
    }

    @Test
    void oneRecordIsReadByItsPosition() {
        topic(Map.of(FIRST, 3L), Map.of(FIRST, 3L));
        committed.schedulePollTask(() -> {
            committed.addRecord(record(FIRST, 1));
            committed.addRecord(record(FIRST, 2));
        });

        assertEquals(1, reader.at(FIRST, 1).orElseThrow().offset());
    }

    @Test
    void aPositionThatWasCleanedHoldsNothing() {
        topic(Map.of(FIRST, 3L), Map.of(FIRST, 3L));
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 2)));

        assertEquals(Optional.empty(), reader.at(FIRST, 1));
    }

    @Test
    void aPositionBehindAnOpenTransactionIsHeldAndOneBehindTheEndHoldsNothing() {
        topic(Map.of(FIRST, 1L), Map.of(FIRST, 3L));

        TopicUnreadException held = assertThrows(TopicUnreadException.class, () -> reader.at(FIRST, 2));

        assertEquals(
                "offset 2 of t-0 is not committed yet: an open transaction of 'import-7': end it", held.getMessage());
        assertEquals(Optional.empty(), reader.at(FIRST, 3));
        assertEquals(Optional.empty(), reader.at(SECOND, 0));
    }

    @Test
    void aTopicThatItsBrokerHasYetToHearOfIsFound() {
        topic(Map.of(FIRST, 0L), Map.of(FIRST, 0L));
        missing.set(2);

        assertEquals(List.of(), read(reader.all()));
    }

    @Test
    void aTopicThatMayNotBeReadIsSaidWithTheMend() {
        topic(Map.of(FIRST, 1L), Map.of(FIRST, 1L));
        committed.schedulePollTask(() ->
                committed.setPollException(new TopicAuthorizationException("Not authorized to access topics: [t]")));
        OffsetRanges all = reader.all();

        TopicUnreadException forbidden = assertThrows(TopicUnreadException.class, () -> read(all));

        assertEquals(TopicUnreadException.Cause.FORBIDDEN, forbidden.why());
        assertTrue(forbidden.getMessage().contains("'twinstream acls'"), forbidden.getMessage());
    }

    @Test
    void aTailGoesOnFromWhereItIsTold() {
        topic(Map.of(FIRST, 2L), Map.of(FIRST, 2L));
        committed.schedulePollTask(() -> committed.addRecord(record(FIRST, 2)));
        TopicReader<String>.Tail tail = reader.follow(reader.stableEnds(reader.partitions()));

        List<String> seen = new ArrayList<>();
        tail.poll(Duration.ZERO).forEach(each -> seen.add(place(each)));

        assertEquals(List.of("0:2"), seen);
    }

    private List<String> read(OffsetRanges ranges) {
        List<String> seen = new ArrayList<>();
        reader.read(ranges, each -> seen.add(place(each)));
        // Records come in order within a partition, in any order between partitions.
        seen.sort(Comparator.comparing(place -> place.charAt(0)));
        return seen;
    }

    private void topic(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> ends) {
        Node node = new Node(0, "localhost", 1);
        committed.updatePartitions(
                TOPIC,
                stable.keySet().stream()
                        .map(each -> new PartitionInfo(TOPIC, each.partition(), node, new Node[0], new Node[0]))
                        .toList());
        Map<TopicPartition, Long> begins = Map.of(FIRST, 0L, SECOND, 0L);
        committed.updateBeginningOffsets(begins);
        uncommitted.updateBeginningOffsets(begins);
        committed.updateEndOffsets(stable);
        uncommitted.updateEndOffsets(ends);
    }

    private static String place(ConsumerRecord<?, ?> record) {
        return record.partition() + ":" + record.offset();
    }

    private static ConsumerRecord<String, byte[]> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(TOPIC, partition.partition(), offset, "key", new byte[] {1});
    }
}
