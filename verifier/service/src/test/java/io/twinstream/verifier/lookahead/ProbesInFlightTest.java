package io.twinstream.verifier.lookahead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProbesInFlightTest {
    private static final TopicPartition FIRST = new TopicPartition("probes", 0);
    private static final TopicPartition SECOND = new TopicPartition("probes", 1);
    private static final byte[] VALUE = {1};
    private static final PreparedProbe RESULT = new PreparedProbe.Rejected("R", "m");
    private static final ServingModel MODEL = ServingModels.byDistance();
    private static final ServingModel OTHER = ServingModels.byDistance();

    private final ProbesInFlight probes = new ProbesInFlight("probes", Tracing.off(), Clock.systemUTC());

    @AfterAll
    static void close() {
        MODEL.close();
        OTHER.close();
    }

    @Test
    void whatAnotherVersionMadeIsNotGiven() {
        ProbeInFlight probe = turn(FIRST, 3);
        probe.known(ModelSlot.SERVING, OTHER, VALUE, RESULT);

        assertNull(probe.prepared(ModelSlot.SERVING, MODEL, VALUE));
    }

    @Test
    void whatWasMadeOfOtherBytesIsNotGiven() {
        ProbeInFlight probe = turn(FIRST, 3);
        probe.known(ModelSlot.SERVING, MODEL, VALUE, RESULT);

        assertNull(probe.prepared(ModelSlot.SERVING, MODEL, new byte[] {2}));
        assertSame(RESULT, probe.prepared(ModelSlot.SERVING, MODEL, VALUE.clone()));
    }

    @Test
    void whatIsKnownForOneRoleIsNotKnownForTheOther() {
        ProbeInFlight probe = turn(FIRST, 3);
        probe.known(ModelSlot.SERVING, MODEL, VALUE, RESULT);

        assertNull(probe.prepared(ModelSlot.SHADOW, MODEL, VALUE));
    }

    @Test
    void aPartitionIsLeftAtItsFirstProbeThatIsNotWanted() {
        polled(FIRST, 0, 1, 2);
        polled(SECOND, 5, 6);
        List<Long> taken = new ArrayList<>();

        probes.offer(ModelSlot.SERVING, FIRST, probe -> probe.offset() != 1, probe -> {
            probe.late(ModelSlot.SERVING);
            return taken.add(probe.offset());
        });

        assertEquals(List.of(0L, 5L, 6L), taken);
        assertEquals(List.of("0-1", "0-2"), offered(FIRST, 100));
    }

    @Test
    void whatIsPolledAgainReplacesWhatWasPolledBefore() {
        polled(FIRST, 0, 1, 2, 3, 4);
        ProbeInFlight before = turn(FIRST, 2);
        before.known(ModelSlot.SERVING, MODEL, VALUE, RESULT);

        polled(FIRST, 2, 3);

        assertEquals(List.of("0-2", "0-3"), offered(FIRST, 100));
        assertNotSame(before, turn(FIRST, 2));
    }

    @Test
    void aGapInTheOffsetsIsNothingSpecial() {
        polled(FIRST, 0, 7, 90);

        probes.passed(FIRST, 50);

        assertEquals(List.of("0-90"), offered(FIRST, 100));
    }

    @Test
    void whatIsTakenIsNotOfferedAgainAndTheFirstThatIsRefusedIs() {
        polled(SECOND, 5, 6);
        polled(FIRST, 0, 1);

        assertEquals(List.of("0-0", "0-1", "1-5"), offered(FIRST, 3));
        assertEquals(List.of("1-6"), offered(FIRST, 100));
        assertEquals(List.of(), offered(FIRST, 100));
    }

    @Test
    void whatIsTakenForOneRoleIsStillOfferedForTheOther() {
        polled(FIRST, 0, 1);
        offered(FIRST, 100);
        List<Long> ofShadow = new ArrayList<>();

        probes.offer(ModelSlot.SHADOW, FIRST, probe -> true, probe -> ofShadow.add(probe.offset()));

        assertEquals(List.of(0L, 1L), ofShadow);
    }

    @Test
    void aTurnDropsTheProbesBeforeItInItsPartition() {
        polled(FIRST, 3, 4, 10);
        polled(SECOND, 3);

        turn(FIRST, 10);

        assertEquals(List.of("0-10", "1-3"), offered(FIRST, 100));
    }

    @Test
    void aProbeKeepsWhatWasFoundOutUntilItsTurnIsOver() {
        polled(FIRST, 3, 4);
        ProbeInFlight probe = turn(FIRST, 3);
        assertSame(probe, turn(FIRST, 3));

        probes.passed(FIRST, 3);

        assertNotSame(probe, turn(FIRST, 3));
    }

    @Test
    void aProbeWhosePollNobodySawIsOnlyKnownInItsTurn() {
        polled(FIRST, 5);

        turn(FIRST, 2);

        assertEquals(List.of("0-5"), offered(FIRST, 100));
    }

    private ProbeInFlight turn(TopicPartition partition, long offset) {
        return probes.turn(partition, offset, new RecordHeaders());
    }

    private void polled(TopicPartition partition, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = Arrays.stream(offsets)
                .mapToObj(
                        offset -> new ConsumerRecord<>(partition.topic(), partition.partition(), offset, VALUE, VALUE))
                .toList();
        probes.polled(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
    }

    private List<String> offered(TopicPartition first, int most) {
        List<String> taken = new ArrayList<>();
        probes.offer(ModelSlot.SERVING, first, probe -> true, probe -> {
            if (taken.size() == most) {
                return false;
            }
            probe.late(ModelSlot.SERVING);
            return taken.add(probe.place().toString());
        });
        return taken;
    }
}
