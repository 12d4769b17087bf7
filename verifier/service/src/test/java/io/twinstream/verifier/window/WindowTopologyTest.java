package io.twinstream.verifier.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.drift.DriftDetection;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import io.twinstream.verifier.stream.ResultTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowTopologyTest {
    private static final Instant START = Instant.parse("2024-05-01T10:00:00Z");
    private static final long START_MS = START.toEpochMilli();
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final Topics TOPICS = new Topics("t", 1);

    private final LongAdder unreadable = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final TopologyTestDriver driver = new TopologyTestDriver(
            WindowTopology.build(
                    TOPICS, Serdes.ByteArray(), List.of(SHORT, LONG), GRACE, unreadable, late, Optional.empty()),
            properties(),
            START);
    private final TestInputTopic<byte[], byte[]> verdicts =
            driver.createInputTopic(TOPICS.verdicts(), new ByteArraySerializer(), new ByteArraySerializer());
    private final TestOutputTopic<String, byte[]> written =
            driver.createOutputTopic(TOPICS.matchWindows(), new StringDeserializer(), new ByteArrayDeserializer());

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void verdictsAreCountedByOutcomeInWindowsOfEachSize() {
        count(verdict(START).build());
        count(verdict(START.plusMillis(9_999)).setOutcome(Outcome.NON_MATCH).build());
        count(undecided(START.plusSeconds(3), UndecidedReason.EMPTY_GALLERY));
        count(undecided(START.plusSeconds(4), UndecidedReason.UNKNOWN_SUBJECT));
        count(undecided(START.plusSeconds(5), UndecidedReason.UNKNOWN_SUBJECT));
        count(verdict(START.plusSeconds(10)).build());

        Map<String, MatchWindow> windows = windows();

        MatchWindow first = windows.get("10000/compact/1/CLAIM/gate/" + START_MS);
        assertEquals(5, first.getVerdicts());
        assertEquals(1, first.getMatches());
        assertEquals(1, first.getNonMatches());
        assertEquals(Map.of("EMPTY_GALLERY", 1L, "UNKNOWN_SUBJECT", 2L), first.getUndecided());
        assertEquals(START, first.getStart());
        assertEquals(
                1,
                windows.get("10000/compact/1/CLAIM/gate/" + (START_MS + 10_000)).getVerdicts());
        assertEquals(6, windows.get("300000/compact/1/CLAIM/gate/" + START_MS).getVerdicts());
        assertEquals(3, windows.size());
    }

    @Test
    void sourcesTasksAndVersionsAreCountedApart() {
        count(verdict(START).build());
        count(verdict(START).setSourceId("yard/2").build());
        count(verdict(START).setTask(TaskKind.PAIR).setCandidates(List.of()).build());
        count(verdict(START).setModelVersion("2").build());

        Map<String, MatchWindow> windows = windows();

        assertEquals(8, windows.size());
        assertTrue(windows.values().stream().allMatch(window -> window.getVerdicts() == 1));
        assertEquals(
                "yard/2",
                windows.get("10000/compact/1/CLAIM/yard/2/" + START_MS).getSourceId());
        assertEquals(
                "PAIR", windows.get("10000/compact/1/PAIR/gate/" + START_MS).getTask());
        assertEquals("2", windows.get("10000/compact/2/CLAIM/gate/" + START_MS).getModelVersion());
    }

    @Test
    void scoresThresholdsGalleriesAndLatenciesAreSummed() {
        count(verdict(START).setScore(0.0).setGallerySize(100).build());
        count(verdict(START)
                .setScore(0.029)
                .setThreshold(0.25)
                .setGallerySize(300)
                .build());
        count(verdict(START)
                .setScore(1.0)
                .setThreshold(0.75)
                .setDecidedAt(START.plusMillis(2))
                .build());

        MatchWindow window = windows().get("10000/compact/1/CLAIM/gate/" + START_MS);

        assertEquals(100, window.getScores().size());
        assertEquals(List.of(1L, 0L, 1L), window.getScores().subList(0, 3));
        assertEquals(1, window.getScores().get(99));
        assertEquals(0.25, window.getThresholdMin());
        assertEquals(0.75, window.getThresholdMax());
        assertEquals(410, window.getGallerySum());
        assertEquals(List.of(2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L), window.getLatencies());
    }

    @Test
    void anUndecidedVerdictHasNoPartInScoresThresholdsAndGalleries() {
        count(verdict(START).setScore(0.029).setGallerySize(300).build());
        count(Verdict.newBuilder(undecided(START, UndecidedReason.EMPTY_GALLERY))
                .setScore(0.9)
                .setThreshold(0.1)
                .setGallerySize(0)
                .build());
        count(Verdict.newBuilder(undecided(START.plus(SHORT), UndecidedReason.EMPTY_GALLERY))
                .setThreshold(0.1)
                .build());

        Map<String, MatchWindow> windows = windows();
        MatchWindow window = windows.get("10000/compact/1/CLAIM/gate/" + START_MS);
        MatchWindow none = windows.get("10000/compact/1/CLAIM/gate/" + (START_MS + 10_000));

        assertEquals(List.of(0L, 0L, 1L), window.getScores());
        assertEquals(0.5, window.getThresholdMin());
        assertEquals(0.5, window.getThresholdMax());
        assertEquals(300, window.getGallerySum());
        assertEquals(Double.POSITIVE_INFINITY, none.getThresholdMin());
    }

    @Test
    void aShadowAgreesThatHasTheSameOutcomeAndSubject() {
        count(verdict(START).setShadow(shadow(Outcome.MATCH, "ann")).build());
        count(verdict(START).setShadow(shadow(Outcome.MATCH, "bob")).build());
        count(verdict(START).setShadow(shadow(Outcome.NON_MATCH, "ann")).build());
        count(verdict(START).build());

        MatchWindow window = windows().get("10000/compact/1/CLAIM/gate/" + START_MS);

        assertEquals(3, window.getShadowed());
        assertEquals(1, window.getShadowAgreed());
    }

    @Test
    void aLateVerdictIsCountedWhereItBelongs() {
        count(verdict(START).build());
        count(verdict(START.plusSeconds(69)).build());
        passOn();
        count(verdict(START.plusSeconds(1)).build());

        Map<String, MatchWindow> windows = windows();

        assertEquals(2, windows.get("10000/compact/1/CLAIM/gate/" + START_MS).getVerdicts());
        assertEquals(0, late.sum());
    }

    @Test
    void aVerdictBeyondTheGraceIsDroppedFromTheClosedWindowAndThatIsCounted() {
        count(verdict(START).build());
        count(verdict(START.plusSeconds(70)).build());
        passOn();
        count(verdict(START.plusSeconds(1)).build());

        Map<String, MatchWindow> windows = windows();

        assertEquals(1, windows.get("10000/compact/1/CLAIM/gate/" + START_MS).getVerdicts());
        assertEquals(3, windows.get("300000/compact/1/CLAIM/gate/" + START_MS).getVerdicts());
        assertEquals(1, late.sum());
    }

    @Test
    void whatIsNoVerdictIsSkippedAndCounted() {
        write(new byte[] {1, 2, 3});
        write(null);
        count(verdict(START).build());

        assertEquals(2, windows().size());
        assertEquals(2, unreadable.sum());
    }

    @Test
    void aVerdictOfATimeThatCannotHaveBeenIsSkippedAndCounted() {
        Instant latest = START.plus(ResultTime.AHEAD);
        List<Instant> impossible = List.of(
                latest.plusMillis(1),
                START.plus(Duration.ofHours(2)),
                Instant.parse("+287000-01-01T00:00:00Z"),
                Instant.ofEpochMilli(Long.MAX_VALUE),
                Instant.ofEpochMilli(Long.MIN_VALUE));
        for (Instant each : impossible) {
            count(verdict(START).setAppendedAt(each).build());
        }
        count(verdict(START).build());
        count(verdict(latest).build());

        Map<String, MatchWindow> windows = windows();

        assertEquals(4, windows.size());
        assertEquals(
                1,
                windows.get("10000/compact/1/CLAIM/gate/" + latest.toEpochMilli())
                        .getVerdicts());
        assertEquals(impossible.size(), unreadable.sum());
    }

    @Test
    void aVerdictWhoseRecordIsAheadOfTheClockTooIsSkippedAndCounted() {
        Instant ahead = START.plus(Duration.ofMinutes(59));
        verdicts.pipeInput(new TestRecord<>(
                null, RecordSerde.of(Verdict.class).encode(verdict(ahead).build()), ahead));

        assertEquals(Map.of(), windows());
        assertEquals(1, unreadable.sum());
    }

    @Test
    void aRecordFarAheadIsCountedAndLeavesNoTimeThatBrokersRefuse() {
        verdicts.pipeInput(new TestRecord<>(
                null,
                RecordSerde.of(Verdict.class).encode(verdict(START).build()),
                Instant.parse("+287000-01-01T00:00:00Z")));

        passOn();

        assertEquals(0, unreadable.sum());
        Instant latest = Instant.now().plus(ResultTime.AHEAD);
        List<TestRecord<byte[], byte[]>> internal = driver.producedTopicNames().stream()
                .filter(topic -> topic.endsWith("-pending-changelog") || topic.endsWith("-by-series-repartition"))
                .flatMap(topic -> driver
                        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                        .readRecordsToList()
                        .stream())
                .toList();
        assertTrue(internal.size() > 1, driver.producedTopicNames().toString());
        internal.forEach(each -> assertFalse(each.getRecordTime().isAfter(latest), each.toString()));
    }

    @Test
    void aVerdictDecidedLongBeforeItsProbeIsOfTheShortestLatency() {
        count(verdict(START).setDecidedAt(Instant.ofEpochMilli(Long.MIN_VALUE)).build());

        assertEquals(
                List.of(1L),
                windows().get("10000/compact/1/CLAIM/gate/" + START_MS).getLatencies());
    }

    @Test
    void theWindowsOfEachSizeSumToTheVerdictsInWhateverOrderTheyCome() {
        Random random = new Random(5);
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            count(verdict(START.plusMillis(i * 100L + random.nextInt(30_000)))
                    .setSourceId("gate-" + random.nextInt(3))
                    .setTask(TaskKind.values()[random.nextInt(3)])
                    .setOutcome(random.nextBoolean() ? Outcome.MATCH : Outcome.NON_MATCH)
                    .build());
        }

        Map<String, MatchWindow> windows = windows();

        for (Duration size : List.of(SHORT, LONG)) {
            List<MatchWindow> ofSize = windows.values().stream()
                    .filter(window -> window.getSizeMs() == size.toMillis())
                    .toList();
            assertEquals(
                    count, ofSize.stream().mapToLong(MatchWindow::getVerdicts).sum());
            assertEquals(
                    count,
                    ofSize.stream()
                            .mapToLong(window -> window.getMatches() + window.getNonMatches())
                            .sum());
        }
        assertEquals(0, late.sum());
    }

    @Test
    void theOrderOfASourcesVerdictsChangesNeitherItsWindowsNorItsAlarms() {
        assertEquals(watched(UnaryOperator.identity()), watched(windows -> {
            List<Verdict> turned = new ArrayList<>(windows);
            Collections.reverse(turned);
            return turned;
        }));
        assertEquals(watched(UnaryOperator.identity()), watched(windows -> {
            List<Verdict> mixed = new ArrayList<>(windows);
            Collections.shuffle(mixed, new Random(3));
            return mixed;
        }));
    }

    @Test
    void windowsOfTheSmallestSizeAreWatchedForDrift() {
        Topology topology = WindowTopology.build(
                TOPICS, Serdes.ByteArray(), List.of(LONG, SHORT), GRACE, unreadable, late, Optional.of(drift()));
        try (TopologyTestDriver watching = new TopologyTestDriver(topology, properties(), START)) {
            var input =
                    watching.createInputTopic(TOPICS.verdicts(), new ByteArraySerializer(), new ByteArraySerializer());
            var alarms = watching.createOutputTopic(
                    TOPICS.alarms(),
                    new StringDeserializer(),
                    RecordSerde.of(Alarm.class).deserializer());
            for (int i = 0; i < 500; i++) {
                Verdict verdict = verdict(START.plusSeconds(i))
                        .setOutcome(i < 400 && i % 2 == 0 ? Outcome.MATCH : Outcome.NON_MATCH)
                        .build();
                input.pipeInput(
                        new TestRecord<>(null, RecordSerde.of(Verdict.class).encode(verdict), START));
                watching.advanceWallClockTime(Duration.ofSeconds(1));
            }

            Alarm alarm = alarms.readValue();

            assertTrue(alarms.isEmpty());
            assertEquals(SHORT.toMillis(), alarm.getWindowSizeMs());
            assertTrue(alarm.getWindowStart().isAfter(START.plusSeconds(399)), alarm.toString());
        }
    }

    /**
     * Returns the windows by their keys and the alarm that come of 50 windows of verdicts of one source, of which the last ten
     * hold no match.
     *
     * @param order gives the order in which the verdicts of one window are read
     */
    private List<Object> watched(UnaryOperator<List<Verdict>> order) {
        Topology topology = WindowTopology.build(
                TOPICS, Serdes.ByteArray(), List.of(SHORT, LONG), GRACE, unreadable, late, Optional.of(drift()));
        try (TopologyTestDriver watching = new TopologyTestDriver(topology, properties(), START)) {
            var input =
                    watching.createInputTopic(TOPICS.verdicts(), new ByteArraySerializer(), new ByteArraySerializer());
            var output = watching.createOutputTopic(
                    TOPICS.matchWindows(),
                    new StringDeserializer(),
                    RecordSerde.of(MatchWindow.class).deserializer());
            var alarms = watching.createOutputTopic(
                    TOPICS.alarms(),
                    new StringDeserializer(),
                    RecordSerde.of(Alarm.class).deserializer());
            for (int window = 0; window < 50; window++) {
                List<Verdict> ofWindow = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    ofWindow.add(verdict(START.plusMillis(window * SHORT.toMillis() + i * 500L))
                            .setScore(i / 20.0)
                            .setOutcome(window < 40 && i % 2 == 0 ? Outcome.MATCH : Outcome.NON_MATCH)
                            .build());
                }
                order.apply(ofWindow)
                        .forEach(each -> input.pipeInput(new TestRecord<>(
                                null, RecordSerde.of(Verdict.class).encode(each), START)));
                watching.advanceWallClockTime(SHORT);
            }
            Map<String, MatchWindow> windows = new HashMap<>();
            output.readKeyValuesToList().forEach(each -> windows.put(each.key, each.value));
            assertEquals(50 + 2, windows.size());
            assertTrue(
                    windows.values().stream().allMatch(each -> each.getSubjects() == null), "nobody is on the topic");
            return List.of(windows, alarms.readValue());
        }
    }

    private static DriftDetection drift() {
        Settings settings = Settings.parse(VerifierSettings.define(CommonSettings.define(new ConfigDef())), Map.of());
        return new DriftDetection(WatchingSettings.of(settings).drift(), id -> Optional.empty(), CloudEvents.off());
    }

    private void count(Verdict verdict) {
        write(RecordSerde.of(Verdict.class).encode(verdict));
    }

    /** Pipes all at one time, since the driver has one clock for both halves of the topology, which a broker parts. */
    private void write(byte @Nullable [] value) {
        verdicts.pipeInput(new TestRecord<>("p".getBytes(UTF_8), value, START));
    }

    private void passOn() {
        driver.advanceWallClockTime(VerdictCounter.INTERVAL);
    }

    /** Returns the latest window of each key. */
    private Map<String, MatchWindow> windows() {
        passOn();
        Map<String, MatchWindow> latest = new HashMap<>();
        RecordSerde<MatchWindow> serde = RecordSerde.of(MatchWindow.class);
        written.readKeyValuesToList().forEach(each -> latest.put(each.key, serde.decode(each.value)));
        return Collections.unmodifiableMap(latest);
    }

    private static Verdict undecided(Instant appendedAt, UndecidedReason reason) {
        return verdict(appendedAt)
                .setOutcome(Outcome.UNDECIDED)
                .setReason(reason)
                .setScore(null)
                .setCandidates(List.of())
                .build();
    }

    private static ShadowOpinion shadow(Outcome outcome, String subject) {
        return new ShadowOpinion("compact", "2", "cd".repeat(32), outcome, 0.5, 0.5, subject, 10);
    }

    private static Verdict.Builder verdict(Instant appendedAt) {
        return Verdict.newBuilder()
                .setProbeId("p")
                .setSourceId("gate")
                .setTask(TaskKind.CLAIM)
                .setOutcome(Outcome.MATCH)
                .setScore(0.5)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of(new Candidate("ann", "1", 0.5), new Candidate("bob", "1", 0.25)))
                .setGallerySize(10)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("ab".repeat(32))
                .setProbePartition(0)
                .setProbeOffset(0)
                .setAppendedAt(appendedAt)
                .setDecidedAt(appendedAt.plusMillis(1));
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }
}
