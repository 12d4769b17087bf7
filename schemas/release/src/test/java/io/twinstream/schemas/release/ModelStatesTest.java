package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.serde.RecordSerde;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelStatesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private ModelStates latest = ModelStates.NONE;
    private long offset;

    @Test
    void theLatestReportHolds() {
        report("a", "1", VersionState.WARMING, 0);
        report("a", "1", VersionState.READY, 1);

        assertEquals(
                List.of(VersionState.READY),
                live(NOON).stream().map(InstanceState::state).toList());
    }

    @Test
    void aReportOf30SecondsAgoIsGone() {
        report("a", "1", VersionState.READY, 0);
        report("b", "1", VersionState.READY, 1);

        assertEquals(Set.of("b"), latest.live(NOON.plusSeconds(30)).instances());
    }

    @Test
    void aVerifierThatGoesWithoutAFarewellIsSilentForAQuarterOfAnHour() {
        report("a", "1", VersionState.READY, 0);
        report("a", "2", VersionState.READY, 5);
        report("b", "1", VersionState.READY, 10);

        assertEquals(Map.of(), latest.silent(NOON.plusSeconds(34)));
        assertEquals(Map.of("a", NOON.plusSeconds(5)), latest.silent(NOON.plusSeconds(35)));
        assertEquals(Map.of("b", NOON.plusSeconds(10)), latest.silent(NOON.plusSeconds(905)));
    }

    @Test
    void aVerifierThatStopsInOrderIsNotSilent() {
        report("a", "1", VersionState.READY, 0);
        accept("a/letters/1", null, 1);

        assertEquals(Map.of(), latest.silent(NOON.plusSeconds(60)));
    }

    @Test
    void theTopicsTimeCountsWhereTheLocalClockIsBehind() {
        report("a", "1", VersionState.READY, 0);
        report("b", "1", VersionState.READY, 30);

        assertEquals(Set.of("b"), latest.live(NOON.minusSeconds(1_000)).instances());
    }

    @Test
    void aTombstoneDropsTheVersion() {
        report("a", "1", VersionState.READY, 0);
        report("a", "2", VersionState.READY, 0);
        accept("a/letters/1", null, 1);

        assertEquals(
                List.of("2"),
                live(NOON).stream().map(each -> each.model().version()).toList());
    }

    @Test
    void whatIsNoReportIsPassedOver() {
        report("a", "1", VersionState.READY, 0);
        accept("b/letters/1", new byte[] {1, 2, 3}, 1);
        report("c", "a/b", VersionState.READY, 1);
        accept(null, null, 1);

        assertEquals(Set.of("a"), latest.live(NOON).instances());
    }

    private List<InstanceState> live(Instant clock) {
        return latest.live(clock).states();
    }

    private void report(String instance, String version, VersionState state, long seconds) {
        ModelState value = new ModelState(instance, "letters", version, null, state, null, 3, 0, List.of(), NOON, null);
        accept(
                instance + "/letters/" + version,
                RecordSerde.of(ModelState.class).encode(value),
                seconds);
    }

    private void accept(@Nullable String key, byte @Nullable [] value, long seconds) {
        latest = latest.with(List.of(new ConsumerRecord<>(
                "states",
                0,
                offset++,
                NOON.plusSeconds(seconds).toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty())));
    }
}
