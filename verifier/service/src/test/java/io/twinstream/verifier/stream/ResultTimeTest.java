package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.verifier.lookahead.AppendTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tells the times of records whose senders may have written anything. */
class ResultTimeTest {
    private static final long NOW = Instant.parse("2024-05-01T10:00:00Z").toEpochMilli();
    private static final long FURTHEST = NOW + ResultTime.AHEAD.toMillis();

    @Test
    void aTimeThatBrokersTakeStays() {
        for (long each : List.of(1L, NOW, FURTHEST)) {
            assertEquals(each, ResultTime.bounded(each, NOW));
        }
    }

    @Test
    void aTimeThatIsMissingOrFarAheadBecomesThePresent() {
        for (long each : List.of(-1L, 0L, Long.MIN_VALUE, FURTHEST + 1, Long.MAX_VALUE)) {
            assertEquals(NOW, ResultTime.bounded(each, NOW));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 7, Long.MAX_VALUE})
    void noRecordEndsAStreamThreadByItsTime(long millis) {
        for (TimestampExtractor each : List.of(new ResultTime(), new AppendTime())) {
            long time = each.extract(record(millis), -1);

            assertTrue(time >= 0, each.getClass().getSimpleName() + " gives " + time);
        }
    }

    @Test
    void theAppendTimeIsTheRecordsOwnForEveryVerifierAndReplay() {
        for (long each : List.of(0L, 7L, Long.MAX_VALUE)) {
            assertEquals(Instant.ofEpochMilli(each), AppendTime.of(record(each)));
        }
        assertEquals(Instant.EPOCH, AppendTime.of(record(-1)));
    }

    private static ConsumerRecord<Object, Object> record(long millis) {
        return new ConsumerRecord<>(
                "t",
                0,
                0,
                millis,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
