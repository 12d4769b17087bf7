package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.drift.DriftDetection;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.stream.CloudEvents;
import io.twinstream.verifier.window.MatchWindows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchWindowsIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration BACKLOG = Duration.ofMinutes(50);
    private static final int VERDICTS = 2_000;

    @Test
    void aBacklogIsCountedWholeAndOnceBeforeAndAfterARestart() throws Exception {

        Settings settings = broker.prepare("windows", Map.of());

        write(settings, "first");
        countAll(settings, VERDICTS);
        write(settings, "second");
        countAll(settings, 2 * VERDICTS);
    }

    @Test
    void onAClusterWithoutTheTopicOfAlarmsNothingIsCountedAndTheStatusSaysSo() throws Exception {

        Settings settings = broker.prepare("older", Map.of());
        try (Admin admin = Admin.create(settings.kafka())) {
            String alarms = Wired.topics(settings).alarms();
            admin.deleteTopics(List.of(alarms)).all().get();
            Awaitility.await().until(() -> !admin.listTopics().names().get().contains(alarms));
        }

        try (MatchWindows windows = windows(settings)) {
            windows.begin("localhost:1");

            assertEquals("ERROR", windows.status().get("windows"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void whereCountingBeginsIsCertainBeforeTheFirstProbeIsJudged(String protocol) throws Exception {

        Settings settings = broker.prepare("begun-" + protocol, Map.of(VerifierSettings.GROUP_PROTOCOL, protocol));
        try (MatchWindows windows = windows(settings);
                Admin admin = Admin.create(settings.kafka())) {
            windows.begin("localhost:1");

            assertEquals(
                    settings.getInt(CommonSettings.TOPIC_PARTITIONS),
                    admin.listConsumerGroupOffsets(MatchWindows.application(settings.getString(VerifierSettings.GROUP)))
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .size());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> windows.status().get("windows").equals("RUNNING"));
        }
        write(settings, "first");
        countAll(settings, VERDICTS);
    }

    private static MatchWindows windows(Settings settings) {
        return new MatchWindows(
                Wired.clients(settings),
                Wired.topics(settings),
                VerifierSettings.of(settings).streams(),
                WatchingSettings.of(settings),
                new ServiceThreads(),
                new DriftDetection(WatchingSettings.of(settings).drift(), id -> Optional.empty(), CloudEvents.off()));
    }

    private static void countAll(Settings settings, long expected) {
        try (MatchWindows windows = windows(settings);
                var consumer = committed(settings)) {
            windows.begin("localhost:1");
            for (Duration size : List.of(Duration.ofSeconds(10), Duration.ofMinutes(5))) {
                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    WindowCounts counts = WindowCounts.read(consumer, Wired.topics(settings), size);
                    assertEquals(Map.of("MATCH", expected), counts.verdicts());
                    assertEquals(counts.verdicts(), counts.counted(), "size " + size);
                });
            }
            assertEquals(0L, windows.status().get("windowsLate"));
        }
    }

    /** Writes verdicts over the whole backlog, in turn on each partition: one partition's are read before the next one's. */
    private static void write(Settings settings, String name) {
        Instant first = Instant.now().minus(BACKLOG);
        RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < VERDICTS; i++) {
                Instant appendedAt = first.plus(BACKLOG.multipliedBy(i).dividedBy(VERDICTS));
                Verdict verdict = verdict(name + i, appendedAt);
                producer.send(new ProducerRecord<>(
                        Wired.topics(settings).verdicts(),
                        i % settings.getInt(CommonSettings.TOPIC_PARTITIONS),
                        appendedAt.toEpochMilli(),
                        verdict.getProbeId(),
                        serde.encode(verdict)));
            }
        }
    }

    private static KafkaConsumer<String, byte[]> committed(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static Verdict verdict(String probe, Instant appendedAt) {
        return Verdict.newBuilder()
                .setProbeId(probe)
                .setSourceId("gate")
                .setTask(TaskKind.PAIR)
                .setOutcome(Outcome.MATCH)
                .setScore(0.75)
                .setThreshold(0.5)
                .setTargetFmr(0.01)
                .setCandidates(List.of())
                .setGallerySize(10)
                .setModelName("letters")
                .setModelVersion("1")
                .setModelSha256("ab".repeat(32))
                .setProbePartition(0)
                .setProbeOffset(0)
                .setAppendedAt(appendedAt)
                .setDecidedAt(appendedAt.plusMillis(5))
                .build();
    }
}
