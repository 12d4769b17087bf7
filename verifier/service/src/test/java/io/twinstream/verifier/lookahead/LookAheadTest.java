package io.twinstream.verifier.lookahead;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivity;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookAheadTest {
    private static final String TOPIC = "probes";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final byte[][] VALUES = values();

    private static ServingModel model;
    private static ModelLease lease;
    private static final Map<byte[], PreparedProbe> ALONE = new HashMap<>();

    @BeforeAll
    static void prepareEachAlone() {
        model = ServingModels.byDistance();
        lease = ModelChoice.always(model).serving(Instant.EPOCH);
        LookAheads.OfThread lookAhead = lookAheads(2).ofThisThread();
        for (byte[] value : VALUES) {
            ALONE.put(value, prepare(lookAhead, lease, FIRST, 0, value));
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void probesThatFollowAreEmbeddedInOneBatch() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1), single(2), single(3), single(4)));

        for (int offset = 0; offset < 5; offset++) {
            assertSame(single(offset), prepare(lookAhead, lease, FIRST, offset, single(offset)));
        }

        LookAheads.Statistics statistics = lookAheads.statistics();
        assertEquals(1, statistics.batches());
        assertEquals(5, statistics.images());
        assertEquals(5, statistics.probes());
        assertEquals(4, statistics.hits());
        assertEquals(5, statistics.averageBatch());
        assertEquals(0.8, statistics.hitRate());
    }

    @Test
    void aPartitionsOwnProbesComeBeforeThoseOfOthers() {
        LookAheads lookAheads = lookAheads(4);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(SECOND, 0, single(5), single(6), single(7)));
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1), single(2)));

        prepare(lookAhead, lease, FIRST, 0, single(0));
        prepare(lookAhead, lease, FIRST, 1, single(1));
        prepare(lookAhead, lease, FIRST, 2, single(2));

        assertEquals(1, lookAheads.statistics().batches());
        assertEquals(4, lookAheads.statistics().images());
    }

    @Test
    void aBatchFillsWithSinglePicturesToItsSizeAndMayEndWithAPairBeyondIt() {
        LookAheads lookAheads = lookAheads(4);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1), single(2), single(3), single(4)));
        prepare(lookAhead, lease, FIRST, 0, single(0));

        assertEquals(4, lookAheads.statistics().images());
    }

    @Test
    void probesOfOtherPartitionsFillABatch() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0)));
        lookAhead.probes().polled(polled(SECOND, 7, single(5), single(6)));

        prepare(lookAhead, lease, FIRST, 0, single(0));

        assertSame(single(5), prepare(lookAhead, lease, SECOND, 7, single(5)));
        assertSame(single(6), prepare(lookAhead, lease, SECOND, 8, single(6)));
        assertEquals(1, lookAheads.statistics().batches());
    }

    @Test
    void whatIsForgottenIsPreparedAgain() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1)));
        lookAhead.probes().polled(polled(SECOND, 0, single(2)));
        prepare(lookAhead, lease, FIRST, 0, single(0));

        lookAhead.probes().forget(SECOND);

        assertSame(single(1), prepare(lookAhead, lease, FIRST, 1, single(1)));
        assertSame(single(2), prepare(lookAhead, lease, SECOND, 0, single(2)));
        assertEquals(2, lookAheads.statistics().batches());
        assertEquals(1, lookAheads.statistics().hits());
    }

    @Test
    void forgottenPollsAreNotPrepared() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(SECOND, 0, single(2)));

        lookAhead.probes().forget(SECOND);
        prepare(lookAhead, lease, FIRST, 0, single(0));

        assertEquals(1, lookAheads.statistics().images());
    }

    @Test
    void aHintForOtherBytesIsNotUsed() {
        LookAheads.OfThread lookAhead = lookAheads(8).ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1)));
        prepare(lookAhead, lease, FIRST, 0, single(0));

        assertSame(single(2), prepare(lookAhead, lease, FIRST, 1, single(2)));
    }

    @Test
    void recordsOfOtherTopicsAreNotRemembered() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(new TopicPartition("other", 0), 0, single(1)));

        prepare(lookAhead, lease, FIRST, 0, single(0));

        assertEquals(1, lookAheads.statistics().images());
    }

    @Test
    void rejectedProbesCostTheirNeighboursNothing() {
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        byte[] garbage = {1, 2, 3};
        lookAhead.probes().polled(polled(FIRST, 0, single(0), garbage, single(1), null, single(2)));

        assertSame(single(0), prepare(lookAhead, lease, FIRST, 0, single(0)));
        PreparedProbe.Rejected rejected =
                assertInstanceOf(PreparedProbe.Rejected.class, prepare(lookAhead, lease, FIRST, 1, garbage));
        assertEquals("NOT_A_PROBE", rejected.reason());
        assertSame(single(1), prepare(lookAhead, lease, FIRST, 2, single(1)));
        assertInstanceOf(PreparedProbe.Rejected.class, prepare(lookAhead, lease, FIRST, 3, null));
        assertSame(single(2), prepare(lookAhead, lease, FIRST, 4, single(2)));
        assertEquals(1, lookAheads.statistics().batches());
    }

    @Test
    void noProbeIsReadAheadOnceReadingHasTakenASecond() {
        AtomicLong nanos = new AtomicLong();
        LookAheads.Statistics statistics = new LookAheads.Statistics();
        ProbesInFlight probes = new ProbesInFlight(TOPIC, Tracing.off(), Clock.systemUTC());
        ThreadActivity activity = new ThreadActivity();
        LookAhead serving = new LookAhead(
                ModelSlot.SERVING,
                probes,
                ImageLimits.DEFAULT,
                8,
                new ByteArrayDeserializer(),
                statistics,
                ProbeMetrics.none(),
                activity,
                Standstills.none(),
                // It is asked twice for each read, once before each that is ahead, and once at the beginning.
                () -> nanos.getAndAdd(TimeUnit.MILLISECONDS.toNanos(150)));
        LookAheads.OfThread lookAhead = new LookAheads.OfThread(probes, serving, serving, activity);
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1), single(2), single(3), single(4)));

        assertSame(single(0), prepare(lookAhead, lease, FIRST, 0, single(0)));

        assertEquals(3, statistics.images());
        for (int offset = 1; offset < 5; offset++) {
            assertSame(single(offset), prepare(lookAhead, lease, FIRST, offset, single(offset)));
        }
        assertEquals(5, statistics.images());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 64})
    void everyAnswerIsTheSameWhateverIsRememberedAndForgotten(int batchMax) {
        LookAheads lookAheads = lookAheads(batchMax);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        Random random = new Random(batchMax);
        byte[][][] log = new byte[3][300][];
        for (byte[][] partition : log) {
            Arrays.setAll(partition, i -> VALUES[random.nextInt(VALUES.length)]);
        }
        int[] polled = new int[3];
        int[] processed = new int[3];
        for (int step = 0; step < 2000; step++) {
            int p = random.nextInt(3);
            TopicPartition partition = new TopicPartition(TOPIC, p);
            int action = random.nextInt(100);
            if (action < 20) {
                int to = Math.min(log[p].length, polled[p] + random.nextInt(30));
                lookAhead.probes().polled(polled(partition, polled[p], Arrays.copyOfRange(log[p], polled[p], to)));
                polled[p] = to;
            } else if (action < 24) {
                // a rebalance: back to some earlier commit, with or without the task having been closed
                if (random.nextBoolean()) {
                    lookAhead.probes().forget(partition);
                }
                processed[p] = Math.max(0, processed[p] - random.nextInt(20));
                polled[p] = processed[p];
            } else if (processed[p] < polled[p]) {
                byte[] value = log[p][processed[p]];
                long before = lookAheads.statistics().images();

                assertSame(value, prepare(lookAhead, lease, partition, processed[p]++, value));

                assertTrue(lookAheads.statistics().images() - before <= batchMax + 1, "the batch");
            }
        }
        assertTrue(lookAheads.statistics().hits() > 0);
    }

    @Test
    void whatHasBeenProcessedOrForgottenIsNotKeptInMemory() {
        LookAheads.OfThread lookAhead = lookAheads(8).ofThisThread();
        List<WeakReference<byte[]>> values = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            byte[][] first = copies(values, 10);
            byte[][] second = copies(values, 10);
            lookAhead.probes().polled(polled(FIRST, round * 10, first));
            lookAhead.probes().polled(polled(SECOND, round * 10, second));
            for (int i = 0; i < 10; i++) {
                prepare(lookAhead, lease, FIRST, round * 10 + i, first[i]);
            }
        }

        lookAhead.probes().forget(SECOND);

        await().untilAsserted(() -> {
            System.gc();
            assertEquals(0, values.stream().filter(value -> value.get() != null).count());
        });
        prepare(lookAhead, lease, FIRST, 1000, single(0));
    }

    @Test
    void aBatchIsOfTheVersionThatJudgesItAlone() {
        ServingModel next = ServingModels.byDistance();
        Instant change = Instant.ofEpochMilli(2);
        ModelLease before = until(change, model);
        ModelLease after = ModelChoice.always(next).serving(change);
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1), single(2), single(3)));

        assertSame(single(0), prepare(lookAhead, before, FIRST, 0, single(0)));
        assertEquals(2, lookAheads.statistics().images());
        assertSame(single(1), prepare(lookAhead, before, FIRST, 1, single(1)));
        assertSame(single(2), prepare(lookAhead, after, FIRST, 2, single(2)));
        assertSame(single(3), prepare(lookAhead, after, FIRST, 3, single(3)));

        assertEquals(2, lookAheads.statistics().batches());
        next.close();
    }

    @Test
    void whatWasPreparedByAVersionThatTurnsOutNotToJudgeItIsPreparedAgain() {
        ServingModel next = ServingModels.byDistance();
        LookAheads lookAheads = lookAheads(8);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(polled(FIRST, 0, single(0), single(1)));

        prepare(lookAhead, lease, FIRST, 0, single(0));
        prepare(lookAhead, ModelChoice.always(next).serving(Instant.EPOCH), FIRST, 1, single(1));

        assertEquals(2, lookAheads.statistics().batches());
        assertEquals(3, lookAheads.statistics().images());
        next.close();
    }

    /** Runs a probe's turn from its beginning to its end. */
    private static PreparedProbe prepare(
            LookAheads.OfThread lookAhead,
            ModelLease version,
            TopicPartition partition,
            long offset,
            byte @Nullable [] value) {
        ProbeInFlight probe = lookAhead.probes().turn(partition, offset, new RecordHeaders());
        PreparedProbe prepared = lookAhead.serving().prepare(version, probe, value);
        lookAhead.probes().passed(partition, offset);
        return prepared;
    }

    /** Returns a version that judges what was appended before a change. */
    private static ModelLease until(Instant change, ServingModel model) {
        ModelLease always = ModelChoice.always(model).serving(Instant.EPOCH);
        return new ModelLease() {
            @Override
            public ServingModel model() {
                return always.model();
            }

            @Override
            public boolean holdsAt(Instant appendedAt) {
                return appendedAt.isBefore(change);
            }

            @Override
            public void refuse(String reason) {
                always.refuse(reason);
            }

            @Override
            public void reopen(String reason) {
                always.reopen(reason);
            }

            @Override
            public void close() {
                always.close();
            }
        };
    }

    @Test
    void aBatchThatHoldsNoPairIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> lookAheads(1));
    }

    private static byte[][] copies(List<WeakReference<byte[]>> references, int count) {
        byte[][] copies = new byte[count][];
        for (int i = 0; i < count; i++) {
            copies[i] = single(i).clone();
            references.add(new WeakReference<>(copies[i]));
        }
        return copies;
    }

    private static LookAheads lookAheads(int batchMax) {
        return new LookAheads(TOPIC, ImageLimits.DEFAULT, batchMax);
    }

    private static byte[] single(int i) {
        return VALUES[i];
    }

    /** Returns eight identifications, then pairs, claims and everything that is rejected. */
    private static byte[][] values() {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            values.add(Probes.encode(Probes.probe("identify" + i, Probes.image(i), new Identify(1))));
        }
        for (int i = 0; i < 4; i++) {
            values.add(Probes.encode(Probes.probe("pair" + i, Probes.image(i), Probes.pairWith(Probes.image(50 + i)))));
            values.add(Probes.encode(Probes.probe("claim" + i, Probes.image(100 + i), new Claim("s"))));
        }
        values.add(Probes.encode(Probes.probe("broken", new byte[] {1, 2, 3}, new Identify(1))));
        values.add(Probes.encode(Probes.probe("broken pair", Probes.image(1), Probes.pairWith(new byte[9]))));
        values.add(Probes.encode(Probes.probe("too many", Probes.image(1), new Identify(101))));
        values.add(new byte[] {9, 9, 9});
        values.add(new byte[0]);
        return values.toArray(new byte[0][]);
    }

    private static ConsumerRecords<byte[], byte[]> polled(TopicPartition partition, long offset, byte[]... values) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            records.add(new ConsumerRecord<>(
                    partition.topic(),
                    partition.partition(),
                    offset + i,
                    // The append time is the offset.
                    offset + i,
                    TimestampType.LOG_APPEND_TIME,
                    0,
                    0,
                    new byte[0],
                    values[i],
                    new RecordHeaders(),
                    Optional.empty()));
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new LinkedHashMap<>();
        polled.put(partition, records);
        return new ConsumerRecords<>(polled, Map.of());
    }

    private static void assertSame(byte[] value, PreparedProbe prepared) {
        PreparedProbe expected = ALONE.get(value);
        if (expected instanceof PreparedProbe.Embedded alone) {
            PreparedProbe.Embedded embedded = assertInstanceOf(PreparedProbe.Embedded.class, prepared);
            assertEquals(alone.probe(), embedded.probe());
            assertEquals(alone.embeddings().size(), embedded.embeddings().size());
            for (int i = 0; i < alone.embeddings().size(); i++) {
                assertArrayEquals(
                        alone.embeddings().get(i), embedded.embeddings().get(i), 1e-5f);
            }
        } else {
            assertEquals(expected, prepared);
        }
    }
}
