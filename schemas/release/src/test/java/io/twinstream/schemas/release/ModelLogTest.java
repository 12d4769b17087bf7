package io.twinstream.schemas.release;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelLogTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);
    private static final Topics TOPICS = new Topics("test", 1);
    private static final RecordSerde<ModelRelease> SERDE = RecordSerde.of(ModelRelease.class);

    private final MockConsumer<String, byte[]> onReleases = new MockConsumer<>("earliest");
    private final MockConsumer<String, byte[]> onActivations = new MockConsumer<>("earliest");
    private final MockConsumer<String, byte[]> releasesEnd = new MockConsumer<>("earliest");
    private final MockConsumer<String, byte[]> activationsEnd = new MockConsumer<>("earliest");
    private @Nullable KafkaException why;

    @Test
    void aReleaseInThePlaceOfAnotherVersionIsPassedOver() {
        ModelRelease signed = ShippedReleases.shipped().build();
        ModelId id = new ModelId(signed.getName(), signed.getVersion());
        ModelId other = new ModelId(signed.getName(), "2");
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 2);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        onReleases.schedulePollTask(() -> {
            onReleases.addRecord(release(0, id, signed));
            onReleases.addRecord(release(1, other, signed));
        });

        try (ModelLog log = log()) {
            log.start();

            await().until(log::caughtUp);
            assertEquals(Optional.of(signed), log.published().find(id));
            assertEquals(Optional.empty(), log.published().find(other));
            assertEquals(Optional.of(id), log.published().newest());
        }
    }

    @Test
    void anOpenTransactionOnTheReleasesKeepsNobodyFromTheActivationsNorFromBecomingReady() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        releasesEnd.updateEndOffsets(Map.of(new TopicPartition(TOPICS.modelReleases(), 0), 1L));
        long start = System.nanoTime();

        try (ModelLog log = log()) {
            log.start();

            await().until(() -> log.current(NOW));
            await().until(log::caughtUp);
            assertFalse(log.isCompleteAsOf(start));
        }
    }

    @Test
    void itIsNotCurrentWhileATransactionIsOpenOnTheActivations() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(NOW));

            activationsEnd.updateEndOffsets(Map.of(new TopicPartition(TOPICS.modelActivations(), 0), 1L));

            await().until(() -> !log.current(NOW));
            assertTrue(log.caughtUp());
        }
    }

    @Test
    void anOpenTransactionConcernsOnlyProbesThatAnActivationInItOrBehindItWouldJudge() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        TopicPartition activations = new TopicPartition(TOPICS.modelActivations(), 0);

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(NOW));
            activationsEnd.schedulePollTask(() -> {
                activationsEnd.addRecord(activation(0, new byte[] {1}));
                activationsEnd.addRecord(activation(1, shadow()));
                activationsEnd.addRecord(activation(2, serving()));
            });
            activationsEnd.updateEndOffsets(Map.of(activations, 3L));
            Instant effective = NOW.plus(Activated.NOTICE);
            await().until(() -> !log.current(effective));

            assertTrue(log.current(effective.minusMillis(1)));
            assertEquals(List.of(), log.timeline().activations());

            onActivations.schedulePollTask(() -> onActivations.addRecord(activation(2, serving())));
            onActivations.updateEndOffsets(Map.of(activations, 3L));

            await().until(() -> log.current(effective));
            assertEquals(1, log.timeline().activations().size());
        }
    }

    @Test
    void theEndOfOneTransactionDoesNotSettleAnActivationInAnother() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        TopicPartition activations = new TopicPartition(TOPICS.modelActivations(), 0);
        activationsEnd.updateEndOffsets(Map.of(activations, 1L));
        activationsEnd.schedulePollTask(() -> activationsEnd.addRecord(activation(0, new byte[] {1})));
        Instant effective = NOW.plus(Activated.NOTICE);
        long start = System.nanoTime();

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(effective));
            activationsEnd.schedulePollTask(() -> activationsEnd.addRecord(activation(1, serving(0))));
            activationsEnd.updateEndOffsets(Map.of(activations, 2L));
            await().until(() -> !log.current(effective));
            assertFalse(log.isCompleteAsOf(start));
            // What was known at the start must be too old to count as current.
            await().until(() -> System.nanoTime() - start > Activated.NOTICE.toNanos());

            onActivations.schedulePollTask(() -> onActivations.addRecord(activation(0, new byte[] {1})));
            onActivations.updateEndOffsets(Map.of(activations, 1L));
            await().until(() -> log.isCompleteAsOf(start));

            assertFalse(log.current(effective));
        }
    }

    @Test
    void anActivationThatWasReadHoldsNoProbeBackWhileAnotherTransactionIsOpen() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        TopicPartition activations = new TopicPartition(TOPICS.modelActivations(), 0);
        activationsEnd.updateEndOffsets(Map.of(activations, 2L));
        activationsEnd.schedulePollTask(() -> {
            activationsEnd.addRecord(activation(0, serving(0)));
            activationsEnd.addRecord(activation(1, serving(60_000)));
        });
        Instant effective = NOW.plus(Activated.NOTICE);

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(effective.minusMillis(1)));
            assertFalse(log.current(effective));

            onActivations.schedulePollTask(() -> onActivations.addRecord(activation(0, serving(0))));
            onActivations.updateEndOffsets(Map.of(activations, 1L));

            await().until(() -> log.current(effective));
            assertFalse(log.current(NOW.plusSeconds(60)));
            assertEquals(1, log.timeline().activations().size());
        }
    }

    @Test
    void aQuestionWaitsForAllThatStoodOnTheTopicsWhenItWasAsked() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 1);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        ModelRelease signed = ShippedReleases.shipped().build();
        ModelId id = new ModelId(signed.getName(), signed.getVersion());

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(NOW));
            onReleases.schedulePollTask(() -> onReleases.addRecord(release(0, id, signed)));

            ModelTopics known = log.asOf(System.nanoTime(), Duration.ofMinutes(1));

            assertEquals(Set.of(id), known.published().ids());
        }
    }

    @Test
    void aQuestionIsAnsweredWithoutTheReleasesThatAnOpenTransactionHoldsAndSaysSo() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 1);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);
        why = TopicUnreadException.held("the topic of releases could not be read", Optional.of("abort it"));

        try (ModelLog log = log()) {
            log.start();
            await().until(() -> log.current(NOW));

            ModelTopics known =
                    log.asOf(System.nanoTime() - Duration.ofSeconds(1).toNanos(), Duration.ofMillis(1));

            assertEquals(Set.of(), known.published().ids());
            assertEquals(
                    List.of(
                            "versions that were published last may be missing: the topic of releases could not be read: abort it"),
                    known.unread().lines());
        }
    }

    @Test
    void aQuestionFailsWhereTheActivationsAreHeld() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 1);
        why = TopicUnreadException.held("the topic of activations could not be read", Optional.of("abort it"));

        try (ModelLog log = log()) {
            log.start();

            assertThrows(TopicUnreadException.class, () -> log.asOf(System.nanoTime(), Duration.ofMillis(1)));
        }
    }

    @Test
    void aQuestionFailsWithTheCauseWhereATopicIsNotReadForAnotherReason() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 1);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);

        try (ModelLog log = log()) {
            log.start();

            KafkaException held =
                    assertThrows(KafkaException.class, () -> log.asOf(System.nanoTime(), Duration.ofMillis(1)));

            assertTrue(String.valueOf(held.getMessage()).contains(TOPICS.modelReleases()), held.getMessage());
        }
    }

    @Test
    void theTimelineIsReadWhateverHoldsTheReleases() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 1);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 0);

        try (ModelLog log = log()) {
            log.start();

            assertEquals(List.of(), log.readTimeline(Duration.ofMinutes(1)).activations());
            assertFalse(log.caughtUp());
        }
    }

    @Test
    void anActivationThatWasWrittenIsKnownOnceItsOffsetWasRead() {
        topic(TOPICS.modelReleases(), onReleases, releasesEnd, 0);
        topic(TOPICS.modelActivations(), onActivations, activationsEnd, 1);

        try (ModelLog log = log()) {
            log.start();
            assertFalse(log.awaitActivation(0, Duration.ZERO));
            onActivations.schedulePollTask(() -> onActivations.addRecord(
                    new ConsumerRecord<>(TOPICS.modelActivations(), 0, 0, "SERVING", new byte[] {1})));

            assertTrue(log.awaitActivation(0, Duration.ofMinutes(1)));
        }
    }

    private static byte[] serving() {
        return serving(0);
    }

    private static byte[] serving(long delayMs) {
        return RecordSerde.of(ModelActivation.class)
                .encode(new ModelActivation(ModelSlot.SERVING, "letters", "1", delayMs, null, "a test", "a test"));
    }

    private static byte[] shadow() {
        return RecordSerde.of(ModelActivation.class)
                .encode(new ModelActivation(ModelSlot.SHADOW, null, null, 0L, null, "a test", "a test"));
    }

    /** Makes an activation that was appended at {@link #NOW}, or a second before if it empties the shadow. */
    private static ConsumerRecord<String, byte[]> activation(long offset, byte[] value) {
        return new ConsumerRecord<>(
                TOPICS.modelActivations(),
                0,
                offset,
                NOW.toEpochMilli() - (offset == 1 ? 1_000 : 0),
                TimestampType.LOG_APPEND_TIME,
                1,
                value.length,
                "slot",
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private ModelLog log() {
        return ModelLog.of(TOPICS, new ModelLog.Followers() {
            @Override
            public TopicFollower of(String topic, @Nullable Instant from, TopicFollower.Handler handler) {
                boolean ofReleases = topic.equals(TOPICS.modelReleases());
                return new TopicFollower(
                        topic,
                        new ServiceThreads(),
                        ofReleases ? onReleases : onActivations,
                        ofReleases ? releasesEnd : activationsEnd,
                        List.of(topic),
                        Duration.ofMillis(20),
                        handler);
            }

            @Override
            public KafkaException cause(List<TopicPartition> unread, Duration waited) {
                return why == null ? new KafkaException("held: " + unread) : why;
            }
        });
    }

    private static ConsumerRecord<String, byte[]> release(long offset, ModelId key, ModelRelease release) {
        return new ConsumerRecord<>(TOPICS.modelReleases(), 0, offset, key.toString(), SERDE.encode(release));
    }

    private static void topic(
            String name, MockConsumer<String, byte[]> consumer, MockConsumer<String, byte[]> ends, long end) {
        Node node = new Node(0, "localhost", 9092);
        consumer.updatePartitions(name, List.of(new PartitionInfo(name, 0, node, new Node[0], new Node[0])));
        TopicPartition partition = new TopicPartition(name, 0);
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        ends.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, end));
        ends.updateEndOffsets(Map.of(partition, end));
    }
}
