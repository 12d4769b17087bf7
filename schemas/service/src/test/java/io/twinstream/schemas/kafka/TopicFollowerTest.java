package io.twinstream.schemas.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
    private static final TopicPartition PARTITION = new TopicPartition("references", 0);

    /** By key, the value that was applied last. */
    private final Map<String, byte[]> applied = new ConcurrentHashMap<>();

    private final AtomicInteger positionFailures = new AtomicInteger();
    private final CountDownLatch positionAsked = new CountDownLatch(1);
    private volatile boolean wakePosition;

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized long position(TopicPartition partition) {
            positionAsked.countDown();
            if (wakePosition) {
                throw new WakeupException();
            }
            if (positionFailures.getAndDecrement() > 0) {
                throw new TimeoutException("no leader");
            }
            return super.position(partition);
        }
    };
    private final MockConsumer<String, byte[]> uncommitted = new MockConsumer<>("earliest");
    private final TopicFollower follower = new TopicFollower(
            "test",
            new ServiceThreads(),
            consumer,
            uncommitted,
            List.of("references"),
            Duration.ofSeconds(1),
            this::apply);

    @AfterEach
    void close() {
        follower.close();
    }

    @Test
    void anEmptyTopicIsCaughtUpWithAtOnce() {
        topicWith(0);

        follower.start();

        await().until(follower::caughtUp);
        assertEquals(0, applied.size());
    }

    @Test
    void whoHandlesIsToldOfTroubleThatThenShows() {
        topicWith(0);
        consumer.setPollException(new TopicAuthorizationException(Set.of("references")));
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicReference<TopicFollower> asked = new AtomicReference<>();
        TopicFollower telling = new TopicFollower(
                "telling",
                new ServiceThreads(),
                consumer,
                null,
                List.of("references"),
                Duration.ofSeconds(1),
                new TopicFollower.Handler() {
                    @Override
                    public void apply(ConsumerRecords<String, byte[]> records) {}

                    @Override
                    public void troubled() {
                        told.add(asked.get().trouble());
                    }
                });
        asked.set(telling);

        try (telling) {
            telling.start();

            await().until(() -> told.size() == 1);
        }
        assertTrue(told.get(0).startsWith("the topic references is forbidden"), told.toString());
    }

    @Test
    void aTopicThatIsForbiddenIsNamedWithWhatToDo() {
        topicWith(0);
        consumer.setPollException(new TopicAuthorizationException(Set.of("references")));

        follower.start();

        await().until(() -> follower.trouble()
                .equals("the topic references is forbidden (Not authorized to access topics: [references]): "
                        + "'twinstream acls' prints what the user of each service needs"));
        await().until(() -> follower.trouble().isEmpty());
    }

    @Test
    void itMayBeginWithTheLastRecordsWhichPartitionsShareEvenly() {
        TopicPartition other = new TopicPartition("references", 1);
        MockConsumer<String, byte[]> two = new MockConsumer<>("earliest");
        two.updatePartitions("references", List.of(partition(0), partition(1)));
        two.updateBeginningOffsets(Map.of(PARTITION, 0L, other, 98L));
        two.updateEndOffsets(Map.of(PARTITION, 100L, other, 100L));
        try (TopicFollower last = TopicFollower.ofLast(
                10, "last", new ServiceThreads(), two, List.of("references"), Duration.ofSeconds(1), this::apply)) {
            last.start();

            await().until(() -> last.appliedTo().equals(Map.of(PARTITION, 95L, other, 98L)));
        }
    }

    @Test
    void itHasCaughtUpWhenAllThatStoodThereIsInTheGallery() {
        topicWith(3);
        follower.start();
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));
        await().until(() -> applied.size() == 1);
        assertFalse(follower.caughtUp());

        consumer.schedulePollTask(() -> {
            consumer.addRecord(reference(1, "bob/1"));
            consumer.addRecord(new ConsumerRecord<>("references", 0, 2, "ann/1", null));
        });

        await().until(follower::caughtUp);
        assertEquals(1, applied.size());
    }

    @Test
    void anOpenTransactionKeepsItFromBeingCompleteButNotFromCatchingUp() {
        long start = System.nanoTime();
        topicWith(1);
        uncommitted.updateEndOffsets(Map.of(PARTITION, 2L));
        follower.start();
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));
        await().until(follower::caughtUp);
        assertEquals(Set.of("ann/1"), applied.keySet());
        assertFalse(follower.isCompleteAsOf(start));

        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
        consumer.schedulePollTask(() -> consumer.addRecord(reference(1, "bob/1")));

        await().until(() -> follower.isCompleteAsOf(start));
        assertEquals(Set.of("ann/1", "bob/1"), applied.keySet());
    }

    @Test
    void itTellsWhereItStandsBeforeAnOpenTransaction() {
        topicWith(1);
        uncommitted.updateEndOffsets(Map.of(PARTITION, 2L));
        assertEquals(Map.of(), follower.appliedTo());
        follower.start();
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));

        await().until(follower::caughtUp);

        assertEquals(Set.of("ann/1"), applied.keySet());
        assertEquals(Map.of(PARTITION, 1L), follower.appliedTo());
    }

    @Test
    void whoStandsWhereReadersStopHasNotStoodStill() {
        topicWith(0);
        uncommitted.updateEndOffsets(Map.of(PARTITION, 2L));
        follower.start();
        await().until(follower::caughtUp);
        long caughtUp = System.nanoTime();

        polls(3);

        // Since then the follower has been seen to stand at the end.
        assertTrue(follower.stoodFor().toNanos() < System.nanoTime() - caughtUp);
    }

    @Test
    void itIsCompleteAsOfAMomentOnlyWhenItHasReadWhatStoodThereThen() {
        long start = System.nanoTime();
        topicWith(0);
        follower.start();
        await().until(() -> follower.isCompleteAsOf(start));
        uncommitted.updateEndOffsets(Map.of(PARTITION, 1L));
        long asked = System.nanoTime();
        polls(3);
        assertFalse(follower.isCompleteAsOf(asked));

        consumer.updateEndOffsets(Map.of(PARTITION, 1L));
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));

        await().until(() -> follower.isCompleteAsOf(asked));
        assertEquals(Set.of("ann/1"), applied.keySet());
    }

    @Test
    void oneThatNobodyAsksForItIsNeverComplete() {
        TopicFollower showing = new TopicFollower(
                "test",
                new ServiceThreads(),
                consumer,
                null,
                List.of("references"),
                Duration.ofSeconds(1),
                this::apply);
        long start = System.nanoTime();
        topicWith(0);

        showing.start();

        await().until(showing::caughtUp);
        polls(3);
        assertFalse(showing.isCompleteAsOf(start));
        showing.close();
        assertTrue(consumer.closed());
    }

    @Test
    void itFollowsWhatIsWrittenLater() {
        topicWith(0);
        follower.start();
        await().until(follower::caughtUp);

        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));

        await().until(() -> applied.size() == 1);
        assertTrue(follower.caughtUp());
    }

    @Test
    void anErrorEndsItInSightOfAll() {
        ServiceThreads threads = new ServiceThreads();
        TopicFollower failing = follower(threads, records -> {
            throw new OutOfMemoryError("Java heap space");
        });
        topicWith(1);
        failing.start();

        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));

        await().until(() -> threads.broken().isDone());
        assertEquals(
                "the thread test was ended: memory is used up: Java heap space; -Xmx in TWINSTREAM_JAVA_OPTS allows for more, as -Xmx2g",
                threads.trouble());
        assertTrue(failing.failure().contains("OutOfMemoryError"), failing.failure());
    }

    @Test
    void aHandlerThatStaysAtARecordIsSeen() {
        CountDownLatch over = new CountDownLatch(1);
        TopicFollower standing = follower(new ServiceThreads(), records -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        topicWith(1);
        standing.start();
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));

        await().until(() -> standing.handlingFor().toMillis() > 100);
        assertTrue(standing.stoodFor().toMillis() > 100);

        over.countDown();
        await().until(standing::caughtUp);
        assertEquals(Duration.ZERO, standing.handlingFor());
        standing.close();
    }

    @Test
    void aPartitionThatIsAddedIsReadFromItsBeginning() {
        topicWith(1);
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));
        follower.start();
        await().until(follower::caughtUp);

        TopicPartition added = new TopicPartition("references", 1);
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L, added, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 1L, added, 1L));
        uncommitted.updateEndOffsets(Map.of(PARTITION, 1L, added, 1L));
        consumer.updatePartitions("references", List.of(partition(0), partition(1)));
        await().until(() -> consumer.assignment().contains(added));
        consumer.schedulePollTask(() -> consumer.addRecord(reference(1, 0, "bob/1")));

        await().until(() -> applied.size() == 2);
        assertEquals("", follower.failure());
    }

    @Test
    void aPartitionWithoutALeaderIsNamedAndTheOthersAreReadOn() {
        TopicPartition other = new TopicPartition("references", 1);
        MockConsumer<String, byte[]> two = new MockConsumer<>("earliest") {
            @Override
            public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
                if (partitionsFor("references").stream().anyMatch(each -> each.leader() == null)) {
                    throw new TimeoutException("no leader");
                }
                return super.endOffsets(partitions);
            }
        };
        two.updatePartitions("references", List.of(partition(0), partition(1)));
        two.updateBeginningOffsets(Map.of(PARTITION, 0L, other, 0L));
        two.updateEndOffsets(Map.of(PARTITION, 0L, other, 0L));
        try (TopicFollower reading = new TopicFollower(
                "reading",
                new ServiceThreads(),
                two,
                null,
                List.of("references"),
                Duration.ofSeconds(1),
                this::apply)) {
            reading.start();
            await().until(reading::caughtUp);
            assertEquals("", reading.gap());

            two.updatePartitions("references", List.of(partition(0), leaderless(1)));
            await().until(() -> !reading.gap().isEmpty());
            two.schedulePollTask(() -> two.addRecord(reference(0, "ann/1")));
            await().until(() -> applied.size() == 1);
            two.schedulePollTask(() -> two.addRecord(reference(1, "bob/1")));
            await().until(() -> applied.size() == 2);

            assertEquals("", reading.trouble());
            assertEquals(
                    "references-1 can't be read, as no broker leads it now: start the brokers that have it, and it is read by itself",
                    reading.gap());
            two.updatePartitions("references", List.of(partition(0), partition(1)));
            await().until(() -> reading.gap().isEmpty());
        }
    }

    @Test
    void kafkasErrorsAreRetried() {
        topicWith(1);
        uncommitted.setOffsetsException(new TimeoutException("no broker"));
        consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("not now")));
        consumer.schedulePollTask(() -> consumer.addRecord(reference(0, "ann/1")));
        positionFailures.set(1);

        follower.start();

        await().until(follower::caughtUp);
        assertEquals(1, applied.size());
        assertEquals("", follower.failure());
    }

    @Test
    void aTopicThatIsMissingIsWaitedFor() {
        follower.start();
        topicWith(0);

        await().until(follower::caughtUp);
        assertEquals("", follower.failure());
    }

    @Test
    void anErrorOfItsOwnEndsItWithAReason() {
        topicWith(1);
        consumer.schedulePollTask(() -> {
            throw new IllegalStateException("a bug");
        });

        follower.start();

        await().until(() -> !follower.failure().isEmpty());
        assertEquals("the topics [references] can't be followed: a bug", follower.failure());
        assertFalse(follower.caughtUp());
        await().until(() -> consumer.closed() && uncommitted.closed());
    }

    @Test
    void closingEndsItAndItsConsumerWithoutAFailure() {
        topicWith(0);
        follower.start();
        await().until(follower::caughtUp);

        follower.close();

        assertTrue(consumer.closed());
        assertEquals("", follower.failure());
    }

    @Test
    void closingWhileItAsksForItsPositionIsNoFailure() throws InterruptedException {
        topicWith(5);
        wakePosition = true;
        follower.start();
        positionAsked.await();

        follower.close();

        assertTrue(consumer.closed());
        assertEquals("", follower.failure());
    }

    @Test
    void closingWhatWasNeverStartedClosesTheConsumer() {
        follower.close();

        assertTrue(consumer.closed());
    }

    /** Waits until the follower has polled this often. */
    private void polls(int count) {
        CountDownLatch left = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            consumer.schedulePollTask(left::countDown);
        }
        await().until(() -> left.getCount() == 0);
    }

    private void apply(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> each : records) {
            if (each.value() == null) {
                applied.remove(each.key());
            } else {
                applied.put(each.key(), each.value());
            }
        }
    }

    private TopicFollower follower(ServiceThreads threads, TopicFollower.Handler handler) {
        return new TopicFollower(
                "test", threads, consumer, uncommitted, List.of("references"), Duration.ofSeconds(1), handler);
    }

    private void topicWith(long records) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, records));
        uncommitted.updateEndOffsets(Map.of(PARTITION, records));
        consumer.updatePartitions("references", List.of(partition(0)));
    }

    private static PartitionInfo partition(int number) {
        Node node = new Node(0, "localhost", 1);
        return new PartitionInfo("references", number, node, new Node[] {node}, new Node[] {node});
    }

    private static PartitionInfo leaderless(int number) {
        return new PartitionInfo("references", number, null, new Node[0], new Node[0]);
    }

    private static ConsumerRecord<String, byte[]> reference(long offset, String key) {
        return reference(0, offset, key);
    }

    private static ConsumerRecord<String, byte[]> reference(int partition, long offset, String key) {
        return new ConsumerRecord<>("references", partition, offset, key, new byte[] {1});
    }
}
