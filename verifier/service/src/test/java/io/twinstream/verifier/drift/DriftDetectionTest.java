package io.twinstream.verifier.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriftDetectionTest {
    private static final Instant START = Instant.ofEpochMilli(Traffic.FIRST_MS);
    private static final Duration SIZE = Duration.ofMillis(Traffic.SIZE_MS);
    private static final RecordSerde<MatchWindow> WINDOW = RecordSerde.of(MatchWindow.class);
    private static final RecordSerde<Alarm> ALARM = RecordSerde.of(Alarm.class);

    private final DriftDetection drift = drift();
    private final TopologyTestDriver driver = new TopologyTestDriver(topology(drift), properties(), START);
    private final TestInputTopic<String, MatchWindow> windows =
            driver.createInputTopic("windows", new StringSerializer(), WINDOW.serializer());
    private final TestOutputTopic<String, Alarm> alarms =
            driver.createOutputTopic("alarms", new StringDeserializer(), ALARM.deserializer());
    private final Traffic traffic = new Traffic(1);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void anAlarmIsRaisedOnceAndClearedOnce() {
        pass(30, 0.5);
        assertTrue(alarms.isEmpty());

        pass(20, 0.95);
        List<Alarm> raised = alarms.readValuesToList();
        assertEquals(1, raised.size());
        assertEquals(1, drift.raised(AlarmAbout.MATCH_RATE));

        pass(40, 0.5);
        TestRecord<String, Alarm> cleared = alarms.readRecord();

        assertTrue(alarms.isEmpty());
        assertEquals(0, drift.raised(AlarmAbout.MATCH_RATE));
        assertEquals(raised.get(0).getId(), cleared.key());
        assertEquals(raised.get(0).getRaisedAt(), cleared.value().getRaisedAt());
        assertTrue(cleared.value().getClearedAt().isAfter(cleared.value().getRaisedAt()));
    }

    @Test
    void anAlarmSaysOfWhatItIsAndWhy() {
        pass(30, 0.5);
        pass(3, 1);

        Alarm alarm = alarms.readValue();

        long startMs = alarm.getWindowStart().toEpochMilli();
        assertEquals("MATCH_RATE/%s/%d".formatted(Traffic.SERIES, startMs), alarm.getId());
        assertEquals(AlarmState.RAISED, alarm.getState());
        assertEquals("compact", alarm.getModelName());
        assertEquals("1", alarm.getModelVersion());
        assertEquals("PAIR", alarm.getTask());
        assertEquals("gate", alarm.getSourceId());
        assertEquals(Traffic.SIZE_MS, alarm.getWindowSizeMs());
        assertEquals(alarm.getWindowStart().plus(SIZE), alarm.getRaisedAt());
        assertNull(alarm.getClearedAt());
        assertEquals(1, alarm.getObserved());
        assertTrue(alarm.getStatistic() >= alarm.getBound());
        assertTrue(
                alarm.getReason().matches("100.0 % of \\d+ verdicts match, \\d\\d\\.\\d % of \\d+ before"),
                alarm.getReason());
    }

    @Test
    void updatesOfAWindowCountOnceAndThoseAfterItsJudgementNever() {
        MatchWindow window = Traffic.window(Traffic.FIRST_MS, 20, 10, List.of());
        windows.pipeInput(Traffic.SERIES, Traffic.window(Traffic.FIRST_MS, 5, 5, List.of()), START);
        windows.pipeInput(Traffic.SERIES, window, START);
        driver.advanceWallClockTime(SIZE.plus(WaitingWindows.SETTLED));
        assertEquals(new MatchShare(10, 20), state(Traffic.SERIES).rate().normal());

        windows.pipeInput(Traffic.SERIES, Traffic.window(Traffic.FIRST_MS, 90, 90, List.of()), START);
        windows.pipeInput(Traffic.SERIES, Traffic.window(Traffic.FIRST_MS - Traffic.SIZE_MS, 90, 90, List.of()), START);
        driver.advanceWallClockTime(Duration.ofMinutes(2));

        assertEquals(new MatchShare(10, 20), state(Traffic.SERIES).rate().normal());
    }

    @Test
    void aWindowIsNotJudgedWhileItsVerdictsComeIn() {
        driver.advanceWallClockTime(Duration.ofHours(1));
        for (int verdicts = 1; verdicts <= 10; verdicts++) {
            windows.pipeInput(Traffic.SERIES, Traffic.window(Traffic.FIRST_MS, verdicts, 0, List.of()), START);
            driver.advanceWallClockTime(WaitingWindows.SETTLED.minusMillis(1));
            assertEquals(MatchShare.NONE, state(Traffic.SERIES).rate().normal());
        }

        driver.advanceWallClockTime(WaitingWindows.SETTLED);

        assertEquals(new MatchShare(0, 10), state(Traffic.SERIES).rate().normal());
    }

    @Test
    void aNewVersionIsLearnedByItself() {
        pass(30, 0.5);
        for (int i = 0; i < 30; i++) {
            pass("compact/2/PAIR/gate", traffic.next(20, 0.95));
        }

        assertTrue(alarms.isEmpty());
        assertEquals(600, state(Traffic.SERIES).rate().normal().decided());
        assertEquals(600, state("compact/2/PAIR/gate").rate().normal().decided());
    }

    @Test
    void aSeriesWithoutVerdictsIsForgottenAndItsAlarmCleared() {
        pass(30, 0.5);
        pass(3, 1);
        Alarm raised = alarms.readValue();

        driver.advanceWallClockTime(DriftDetection.FORGOTTEN.plusMinutes(2));

        Alarm cleared = alarms.readValue();
        assertEquals(raised.getId(), cleared.getId());
        assertEquals(AlarmState.CLEARED, cleared.getState());
        assertTrue(cleared.getReason().contains("no verdict for 24 h"), cleared.getReason());
        assertNull(state(Traffic.SERIES));
    }

    @Test
    void anAlarmsRiseAndItsEndAreTwoEventsOfTheirOwnTypes() {
        pass(30, 0.5);
        pass(3, 1);
        TestRecord<String, Alarm> raised = alarms.readRecord();

        driver.advanceWallClockTime(DriftDetection.FORGOTTEN.plusMinutes(2));

        TestRecord<String, Alarm> cleared = alarms.readRecord();
        assertEquals("io.twinstream.alarm.raised", header(raised, "ce_type"));
        assertEquals("io.twinstream.alarm.cleared", header(cleared, "ce_type"));
        assertEquals(raised.key() + "/raised", header(raised, "ce_id"));
        assertEquals(raised.key() + "/cleared", header(cleared, "ce_id"));
    }

    @Test
    void seriesBeyondTheBoundAreNotWatched() {
        MatchWindow window = traffic.next(20, 0.5);
        for (int i = 0; i <= DriftDetection.MOST_SERIES; i++) {
            windows.pipeInput("compact/1/PAIR/" + i, window, START);
        }

        driver.advanceWallClockTime(SIZE.multipliedBy(2));

        assertEquals(
                20,
                state("compact/1/PAIR/" + (DriftDetection.MOST_SERIES - 1))
                        .rate()
                        .normal()
                        .decided());
        assertNull(state("compact/1/PAIR/" + DriftDetection.MOST_SERIES));
    }

    @Test
    void aProcessorThatTakesOverGoesOnFromTheStores() {
        pass(30, 0.5);
        pass(3, 1);
        Alarm raised = alarms.readValue();
        // This window waits while the processor changes.
        MatchWindow waiting = traffic.next(20, 0.5);
        windows.pipeInput(Traffic.SERIES, waiting, waiting.getStart());
        DriftDetection after = drift();
        MockProcessorContext<String, Alarm> context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(waiting.getStart().toEpochMilli());
        context.setCurrentStreamTimeMs(waiting.getStart().toEpochMilli());
        context.addStateStore(driver.getKeyValueStore(DriftDetection.WAITING));
        context.addStateStore(driver.getKeyValueStore(DriftDetection.SERIES));
        Processor<String, MatchWindow, String, Alarm> other = after.get();

        other.init(context);
        assertEquals(1, after.raised(AlarmAbout.MATCH_RATE));
        for (int i = 0; i < 40; i++) {
            MatchWindow window = traffic.next(20, 0.5);
            other.process(
                    new Record<>(Traffic.SERIES, window, AlarmStart.of(window).windowStartMs()));
            context.setCurrentSystemTimeMs(AlarmStart.of(window).atMs());
            context.scheduledPunctuators()
                    .get(0)
                    .getPunctuator()
                    .punctuate(AlarmStart.of(window).atMs());
        }

        assertEquals(1, context.forwarded().size());
        Alarm cleared = context.forwarded().get(0).record().value();
        assertEquals(raised.getId(), cleared.getId());
        assertEquals(AlarmState.CLEARED, cleared.getState());
        assertTrue(cleared.getWindowStart().isAfter(waiting.getStart()));
        assertEquals(0, after.raised(AlarmAbout.MATCH_RATE));
    }

    private void pass(int count, double share) {
        for (int i = 0; i < count; i++) {
            pass(Traffic.SERIES, traffic.next(20, share));
        }
        driver.advanceWallClockTime(SIZE);
    }

    private void pass(String series, MatchWindow window) {
        windows.pipeInput(series, window, window.getStart());
        driver.advanceWallClockTime(SIZE);
    }

    private static String header(TestRecord<String, Alarm> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private SeriesState state(String series) {
        return driver.<String, SeriesState>getKeyValueStore(DriftDetection.SERIES)
                .get(series);
    }

    static DriftDetection drift() {
        Settings settings = Settings.parse(VerifierSettings.define(CommonSettings.define(new ConfigDef())), Map.of());
        return new DriftDetection(
                WatchingSettings.of(settings).drift(), id -> Optional.empty(), CloudEvents.ofSource("t", "verifier"));
    }

    private static Topology topology(DriftDetection drift) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("windows", Consumed.with(Serdes.String(), WINDOW))
                .process(drift)
                .to("alarms", Produced.with(Serdes.String(), ALARM));
        return builder.build();
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        return properties;
    }
}
