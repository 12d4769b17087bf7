package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmKind;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.standstill.Standstills;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written here is read by CloudEvents' own library. */
class CloudEventsTest {
    private static final Topics TOPICS = new Topics("t", 1);
    private static final Instant APPENDED = Instant.parse("2024-05-01T10:00:00Z");
    private static final Instant DECIDED = Instant.parse("2024-05-01T10:00:01.234Z");

    private final ServingModel model = ServingModels.byDistance();

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aVerdictIsAnEventAboutItsProbe() {
        TestRecord<byte[], byte[]> verdict = verdict(CloudEvents.ofSource("t", "verifier"), new RecordHeaders());

        CloudEvent event = read(verdict.headers(), verdict.value());

        assertEquals(SpecVersion.V1, event.getSpecVersion());
        assertEquals("0-0-" + APPENDED.toEpochMilli(), event.getId());
        assertEquals(URI.create("/t/verifier"), event.getSource());
        assertEquals("io.twinstream.verdict", event.getType());
        assertEquals("T\u00fcr 1", event.getSubject());
        assertEquals(DECIDED, event.getTime().toInstant());
        assertEquals("application/avro", event.getDataContentType());
        assertArrayEquals(verdict.value(), event.getData().toBytes());
    }

    @Test
    void aRepeatedVerdictIsTheSameEventAndTheNextRecordsIsAnother() {
        CloudEvents events = CloudEvents.ofSource("t", "verifier");

        TestRecord<byte[], byte[]> first = verdict(events, new RecordHeaders());
        TestRecord<byte[], byte[]> again = verdict(events, new RecordHeaders());
        List<TestRecord<byte[], byte[]>> sentTwice = results(events, new RecordHeaders(), 2, TOPICS.verdicts());

        assertEquals(header(first, "ce_id"), header(again, "ce_id"));
        assertArrayEquals(sentTwice.get(0).key(), sentTwice.get(1).key());
        assertNotEquals(header(sentTwice.get(0), "ce_id"), header(sentTwice.get(1), "ce_id"));
    }

    @Test
    void whatDescribesTheProbeAsAnEventDoesNotDescribeItsVerdict() {
        TestRecord<byte[], byte[]> described = verdict(CloudEvents.ofSource("t", "verifier"), foreign());
        TestRecord<byte[], byte[]> plain = verdict(CloudEvents.off(), foreign());

        CloudEvent event = read(described.headers(), described.value());
        assertEquals("io.twinstream.verdict", event.getType());
        assertEquals(
                7 + 1, described.headers().toArray().length, described.headers().toString());
        assertEquals(null, event.getExtension("camera"));
        assertEquals(
                List.of("trace"),
                Arrays.stream(plain.headers().toArray()).map(Header::key).toList());
    }

    @Test
    void aDeadLetterIsStillDescribedAsItsSenderDid() {
        TestRecord<byte[], byte[]> letter = results(
                        CloudEvents.ofSource("t", "verifier"), foreign(), 1, TOPICS.deadLetters(), new byte[] {7})
                .get(0);

        CloudEvent event = read(letter.headers(), letter.value());
        assertEquals("com.example.picture", event.getType());
        assertEquals("lane", event.getExtension("camera"));
    }

    @Test
    void anAlarmIsAnEventAboutItsSourceAndItsEndIsAnother() {
        CloudEvents events = CloudEvents.ofSource("t", "verifier");

        CloudEvent raised = read(described(events, alarm(AlarmState.RAISED)), new byte[] {1});
        CloudEvent cleared = read(described(events, alarm(AlarmState.CLEARED)), new byte[] {1});

        assertEquals("io.twinstream.alarm.raised", raised.getType());
        assertEquals("io.twinstream.alarm.cleared", cleared.getType());
        assertEquals("SCORES/compact/1/CLAIM/gate/7/raised", raised.getId());
        assertEquals("SCORES/compact/1/CLAIM/gate/7/cleared", cleared.getId());
        assertEquals("gate", raised.getSubject());
        assertEquals(APPENDED, raised.getTime().toInstant());
        assertEquals(DECIDED, cleared.getTime().toInstant());
        assertEquals(0, described(CloudEvents.off(), alarm(AlarmState.RAISED)).toArray().length);
    }

    @Test
    void whatActsOnAScreenIsEscapedInTheSubject() {
        Alarm foreign = Alarm.newBuilder(alarm(AlarmState.RAISED))
                .setSourceId("gate\u001b[2J\n")
                .build();

        Headers headers = described(CloudEvents.ofSource("t", "verifier"), foreign);

        assertEquals(
                "gate\\u001b[2J\\n", new String(headers.lastHeader("ce_subject").value(), UTF_8));
    }

    @Test
    void aGroupOfAnyNameIsASource() {
        Headers headers = described(CloudEvents.ofSource("team.a", "T\u00fcr 1+2/%"), alarm(AlarmState.RAISED));

        assertEquals(
                URI.create("/team.a/T%C3%BCr%201%2B2%2F%25"),
                read(headers, new byte[] {1}).getSource());
    }

    @Test
    void nothingIsDescribedUnlessTheSettingsSaySo() {
        assertEquals(
                0,
                described(CloudEvents.of(settings(Map.of()), TOPICS), alarm(AlarmState.RAISED))
                        .toArray()
                        .length);

        Headers described = described(
                CloudEvents.of(settings(Map.of(VerifierSettings.CLOUD_EVENTS, "true")), TOPICS),
                alarm(AlarmState.RAISED));

        assertEquals(
                URI.create("/t/twinstream-verifier"),
                read(described, new byte[] {1}).getSource());
    }

    private static StreamSettings settings(Map<String, String> values) {
        Settings settings = Settings.parse(VerifierSettings.define(CommonSettings.define(new ConfigDef())), values);
        return StreamSettings.of(settings, CommonSettings.of(settings));
    }

    private static CloudEvent read(Headers headers, byte[] value) {
        return KafkaMessageFactory.createReader(headers, value).toEvent();
    }

    private static Headers described(CloudEvents events, Alarm alarm) {
        Headers headers = new RecordHeaders();
        events.describe(headers, alarm);
        return headers;
    }

    /** Returns the headers of a probe that is an event by itself, with an attribute of its sender's. */
    private static Headers foreign() {
        return new RecordHeaders()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", "of-the-probe".getBytes(UTF_8))
                .add("ce_source", "/cameras".getBytes(UTF_8))
                .add("ce_type", "com.example.picture".getBytes(UTF_8))
                .add("ce_camera", "lane".getBytes(UTF_8))
                .add("Content-Type", "application/avro".getBytes(UTF_8))
                .add("trace", "7".getBytes(UTF_8));
    }

    private TestRecord<byte[], byte[]> verdict(CloudEvents events, Headers headers) {
        return results(events, headers, 1, TOPICS.verdicts()).get(0);
    }

    private List<TestRecord<byte[], byte[]>> results(CloudEvents events, Headers headers, int times, String topic) {
        byte[] probe = Probes.encode(Probes.probe("T\u00fcr 1", Probes.image(1), new Identify(1)));
        return results(events, headers, times, topic, probe);
    }

    /** Returns what comes of a record that is sent so many times, on one of the topics. */
    private List<TestRecord<byte[], byte[]>> results(
            CloudEvents events, Headers headers, int times, String topic, byte[] value) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        try (TopologyTestDriver driver = new TopologyTestDriver(
                JudgeTopology.build(
                        TOPICS,
                        Serdes.ByteArray(),
                        ModelChoice.always(model),
                        new LookAheads(TOPICS.probes(), ImageLimits.DEFAULT, 8),
                        Standstills.none(),
                        new Judge(Clock.fixed(DECIDED, ZoneOffset.UTC)),
                        new ProbeResults(ProbeMetrics.none(), events),
                        Shard.WHOLE),
                properties)) {
            var probes = driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer());
            for (int i = 0; i < times; i++) {
                probes.pipeInput(new TestRecord<>(new byte[] {1}, value, headers, APPENDED));
            }
            return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList();
        }
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static Alarm alarm(AlarmState state) {
        return Alarm.newBuilder()
                .setId("SCORES/compact/1/CLAIM/gate/7")
                .setKind(AlarmKind.SCORES)
                .setAbout(AlarmAbout.SCORES)
                .setState(state)
                .setModelName("compact")
                .setModelVersion("1")
                .setTask("CLAIM")
                .setSourceId("gate")
                .setRaisedAt(APPENDED)
                .setClearedAt(state == AlarmState.CLEARED ? DECIDED : null)
                .setWindowStart(APPENDED)
                .setWindowSizeMs(10_000)
                .setObserved(0.3)
                .setExpected(0.25)
                .setStatistic(0.3)
                .setBound(0.25)
                .setReason("the scores are spread otherwise")
                .build();
    }
}
