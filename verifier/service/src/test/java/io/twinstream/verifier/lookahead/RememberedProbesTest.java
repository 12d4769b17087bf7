package io.twinstream.verifier.lookahead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RememberedProbesTest {
    private static final TopicPartition FIRST = new TopicPartition("probes", 0);
    private static final TopicPartition SECOND = new TopicPartition("probes", 1);
    private static final byte[] VALUE = {1};
    private static final Prepared RESULT = new RejectedProbe("R", "m");
    private static final ServingModel MODEL = ServingModels.byDistance();
    private static final ServingModel OTHER = ServingModels.byDistance();

    private final PolledProbes polled = new PolledProbes("probes");
    private final PreparedProbes prepared = new PreparedProbes();

    @AfterAll
    static void close() {
        MODEL.close();
        OTHER.close();
    }

    @Test
    void whatAnotherVersionMadeIsNotGiven() {
        prepared.put(OTHER, FIRST, 3, VALUE, RESULT);

        assertNull(prepared.take(MODEL, FIRST, 3, VALUE));
    }

    @Test
    void aPartitionIsLeftAtItsFirstRecordThatIsNotWanted() {
        remember(FIRST, 0, 1, 2);
        remember(SECOND, 5, 6);
        List<Long> taken = new ArrayList<>();

        polled.drain(FIRST, record -> record.offset() != 1, record -> taken.add(record.offset()));

        assertEquals(List.of(0L, 5L, 6L), taken);
        assertEquals(List.of("0@1", "0@2"), drained(FIRST, 100));
    }

    @Test
    void whatIsPolledAgainReplacesWhatWasPolledBefore() {
        remember(FIRST, 0, 1, 2, 3, 4);

        remember(FIRST, 2, 3);

        assertEquals(List.of("0@0", "0@1", "0@2", "0@3"), drained(FIRST, 100));
    }

    @Test
    void aGapInTheOffsetsIsNothingSpecial() {
        remember(FIRST, 0, 7, 90);

        polled.passed(FIRST, 50);

        assertEquals(List.of("0@90"), drained(FIRST, 100));
    }

    @Test
    void whatIsTakenIsGoneAndTheFirstThatIsRefusedStays() {
        remember(SECOND, 5, 6);
        remember(FIRST, 0, 1);

        assertEquals(List.of("0@0", "0@1", "1@5"), drained(FIRST, 3));
        assertEquals(List.of("1@6"), drained(FIRST, 100));
        assertEquals(List.of(), drained(FIRST, 100));
    }

    @Test
    void aResultIsGivenOnce() {
        prepared.put(MODEL, FIRST, 3, VALUE, RESULT);

        assertSame(RESULT, prepared.take(MODEL, FIRST, 3, VALUE.clone()));
        assertNull(prepared.take(MODEL, FIRST, 3, VALUE));
    }

    @Test
    void resultsThatWerePassedOverAreDropped() {
        prepared.put(MODEL, FIRST, 3, VALUE, RESULT);
        prepared.put(MODEL, FIRST, 4, VALUE, RESULT);
        prepared.put(MODEL, SECOND, 3, VALUE, RESULT);

        assertNull(prepared.take(MODEL, FIRST, 10, VALUE));

        assertNull(prepared.take(MODEL, FIRST, 3, VALUE));
        assertNull(prepared.take(MODEL, FIRST, 4, VALUE));
        assertSame(RESULT, prepared.take(MODEL, SECOND, 3, VALUE));
    }

    @Test
    void aResultForOtherBytesIsNotGivenAndNotKept() {
        prepared.put(MODEL, FIRST, 3, VALUE, RESULT);

        assertNull(prepared.take(MODEL, FIRST, 3, new byte[] {2}));
        assertNull(prepared.take(MODEL, FIRST, 3, VALUE));
    }

    private void remember(TopicPartition partition, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = Arrays.stream(offsets)
                .mapToObj(
                        offset -> new ConsumerRecord<>(partition.topic(), partition.partition(), offset, VALUE, VALUE))
                .toList();
        polled.remember(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
    }

    private List<String> drained(TopicPartition first, int most) {
        List<String> taken = new ArrayList<>();
        polled.drain(first, record -> true, record -> {
            if (taken.size() == most) {
                return false;
            }
            taken.add(record.partition() + "@" + record.offset());
            return true;
        });
        return taken;
    }
}
