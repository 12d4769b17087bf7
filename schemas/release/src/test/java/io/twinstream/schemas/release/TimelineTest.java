package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.serde.RecordSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");

    private long offset;

    @Test
    void aProbeAppendedAtTheVeryTimeIsJudgedByTheNewVersion() {
        Timeline timeline = Timeline.EMPTY.with(serving("1", 0, 60_000));

        assertEquals(Optional.empty(), served(timeline, 59_999));
        assertEquals(Optional.of("1"), served(timeline, 60_000));
    }

    @Test
    void nothingTakesEffectBeforeVerifiersCanKnowOfIt() {
        Timeline timeline = Timeline.EMPTY.with(serving("1", 10_000, 0));

        assertEquals(Optional.empty(), served(timeline, 11_999));
        assertEquals(Optional.of("1"), served(timeline, 12_000));
    }

    @Test
    void aTimeInThePastIsAsGoodAsNone() {
        Activated late = activated(ModelSlot.SERVING, "1", 10_000, 5_000, NOON.minusSeconds(100));

        assertEquals(NOON.plusMillis(15_000), late.effectiveAt());
    }

    @Test
    void whatIsAskedForLaterCancelsWhatWouldTakeEffectAfterIt() {
        Timeline timeline = Timeline.EMPTY
                .with(serving("1", 0, 2_000))
                .with(serving("2", 1_000, 3_600_000))
                .with(serving("1", 10_000, 2_000));

        assertEquals(Optional.of("1"), served(timeline, 4_000_000));
        assertEquals(2, timeline.activations().size());
    }

    @Test
    void whatTakesEffectEarlierStays() {
        Timeline timeline = Timeline.EMPTY.with(serving("1", 0, 5_000)).with(serving("2", 1_000, 60_000));

        assertEquals(Optional.of("1"), served(timeline, 60_999));
        assertEquals(Optional.of("2"), served(timeline, 61_000));
        assertEquals(1, timeline.pending(NOON.plusMillis(5_000)).size());
    }

    @Test
    void thePredecessorIsTheLastOtherVersion() {
        Timeline timeline = Timeline.EMPTY
                .with(serving("1", 0, 2_000))
                .with(serving("2", 10_000, 2_000))
                .with(serving("2", 20_000, 2_000));

        assertEquals(Optional.of(new ModelId("letters", "1")), timeline.predecessor(NOON.plusSeconds(60)));
        assertEquals(Optional.empty(), timeline.predecessor(NOON.plusSeconds(5)));
    }

    @Test
    void theShadowHasATimelineOfItsOwnAndCanBeEmptied() {
        Timeline timeline = Timeline.EMPTY
                .with(serving("1", 0, 2_000))
                .with(activated(ModelSlot.SHADOW, "2", 0, 2_000, null))
                .with(activated(ModelSlot.SHADOW, null, 10_000, 2_000, null));

        assertEquals(Optional.of("1"), served(timeline, 20_000));
        assertEquals(
                Optional.of(new ModelId("letters", "2")),
                timeline.at(ModelSlot.SHADOW, NOON.plusSeconds(5)).map(Activated::model));
        assertEquals(
                Optional.empty(),
                timeline.at(ModelSlot.SHADOW, NOON.plusSeconds(12)).map(Activated::model));
    }

    @Test
    void servingNothingIsNoActivation() {
        assertThrows(SerializationException.class, () -> activated(ModelSlot.SERVING, null, 0, 0, null));
    }

    @Test
    void whatIsToHappenInMillionsOfYearsIsNoActivation() {
        assertThrows(SerializationException.class, () -> serving("1", 0, Long.MAX_VALUE));
        assertThrows(
                SerializationException.class,
                () -> serving("1", 0, Duration.ofDays(3_651).toMillis()));
        assertThrows(
                SerializationException.class,
                () -> activated(ModelSlot.SERVING, "1", 0, 0, Instant.ofEpochMilli(Long.MAX_VALUE)));

        Activated longest = serving("1", 0, Duration.ofDays(3_650).toMillis());
        assertEquals(NOON.plus(Duration.ofDays(3_650)), longest.effectiveAt());
        assertEquals(NOON.plusMillis(2_000), serving("1", 0, Long.MIN_VALUE).effectiveAt());
    }

    private Activated serving(String version, long askedMs, long delayMs) {
        return activated(ModelSlot.SERVING, version, askedMs, delayMs, null);
    }

    private Activated activated(ModelSlot slot, String version, long askedMs, long delayMs, Instant effectiveAt) {
        ModelActivation value = new ModelActivation(
                slot, version == null ? null : "letters", version, delayMs, effectiveAt, "a test", "Zoë");
        byte[] bytes = RecordSerde.of(ModelActivation.class).encode(value);
        return Activated.of(new ConsumerRecord<>(
                "activations",
                0,
                offset++,
                NOON.plusMillis(askedMs).toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                slot.name(),
                bytes,
                new RecordHeaders(),
                Optional.empty()));
    }

    private static Optional<String> served(Timeline timeline, long ms) {
        return timeline.at(ModelSlot.SERVING, NOON.plusMillis(ms))
                .map(Activated::model)
                .map(ModelId::version);
    }
}
