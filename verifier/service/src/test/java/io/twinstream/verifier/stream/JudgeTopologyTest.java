package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JudgeTopologyTest {
    private static final Instant APPENDED = Instant.parse("2024-05-01T10:00:00Z");
    private static final Instant DECIDED = Instant.parse("2024-05-01T10:00:01.234Z");
    private static final Topics TOPICS = new Topics("t", 1);
    private static final RecordSerde<Verdict> VERDICTS = RecordSerde.of(Verdict.class);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProbeMetrics metrics = new ProbeMetrics(registry, 2);
    private final ServingModel model = ServingModels.byDistance();
    private final LookAheads lookAheads = new LookAheads(
            TOPICS.probes(),
            ImageLimits.DEFAULT,
            8,
            new ByteArrayDeserializer(),
            metrics,
            Tracing.off(),
            new ThreadActivities(),
            Standstills.none());
    private final TopologyTestDriver driver = new TopologyTestDriver(
            JudgeTopology.build(
                    TOPICS,
                    Serdes.ByteArray(),
                    ModelChoice.always(model),
                    lookAheads,
                    Standstills.none(),
                    new Judge(Clock.fixed(DECIDED, ZoneOffset.UTC)),
                    new ProbeResults(metrics, CloudEvents.off()),
                    Shard.WHOLE),
            properties());
    private final TestInputTopic<byte[], byte[]> probes =
            driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer());
    private final TestOutputTopic<byte[], byte[]> verdicts =
            driver.createOutputTopic(TOPICS.verdicts(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final TestOutputTopic<byte[], byte[]> deadLetters =
            driver.createOutputTopic(TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

    @AfterEach
    void close() {
        driver.close();
        model.close();
    }

    @Test
    void aPairIsComparedWithEachOther() {
        Verdict verdict = judge(Probes.probe("p-1", Probes.image(1), Probes.pairWith(Probes.image(2))));

        assertEquals(TaskKind.PAIR, verdict.getTask());
        double score = model.matchFunction().score(embedding(1), embedding(2));
        assertEquals(score, verdict.getScore(), 1e-5);
        assertEquals(model.thresholds().verification().score(), verdict.getThreshold());
        assertEquals(1e-3, verdict.getTargetFmr());
        assertEquals(score >= verdict.getThreshold() ? Outcome.MATCH : Outcome.NON_MATCH, verdict.getOutcome());
        assertNull(verdict.getReason());
        assertEquals(List.of(), verdict.getCandidates());
    }

    @Test
    void anImageMatchesItself() {
        assertEquals(
                Outcome.MATCH,
                judge(Probes.probe("p-1", Probes.image(1), Probes.pairWith(Probes.image(1))))
                        .getOutcome());
    }

    @Test
    void aVerdictSaysWhoseItIsAndByWhomAndWhen() {
        judge(Probes.probe("p-0", Probes.image(1), Probes.pairWith(Probes.image(2))));

        Verdict verdict = judge(Probes.probe("p-1", Probes.image(1), Probes.pairWith(Probes.image(2))));

        assertEquals("p-1", verdict.getProbeId());
        assertEquals("test", verdict.getSourceId());
        assertEquals(Models.SHIPPED.manifest().name(), verdict.getModelName());
        assertEquals(Models.SHIPPED.manifest().version(), verdict.getModelVersion());
        assertEquals(Models.SHIPPED.sha256(), verdict.getModelSha256());
        assertEquals(0, verdict.getProbePartition());
        assertEquals(1, verdict.getProbeOffset());
        assertEquals(APPENDED, verdict.getAppendedAt());
        assertEquals(DECIDED, verdict.getDecidedAt());
    }

    @Test
    void aVerdictsKeyIsTheProbesIdAndItsHeadersAreTheProbes() {
        Headers headers = new RecordHeaders().add("trace", "7".getBytes(UTF_8));

        probes.pipeInput(new TestRecord<>(
                "gate".getBytes(UTF_8),
                Probes.encode(Probes.probe("p-1", Probes.image(1), new Identify(1))),
                headers,
                APPENDED));

        TestRecord<byte[], byte[]> verdict = verdicts.readRecord();
        assertEquals("p-1", new String(verdict.key(), UTF_8));
        assertEquals("7", new String(verdict.headers().lastHeader("trace").value(), UTF_8));
        assertEquals(APPENDED, verdict.getRecordTime());
    }

    @Test
    void aClaimIsComparedWithTheClaimedSubjectAlone() {
        enrol("ann", "1", 5);
        enrol("ann", "2", 1);
        enrol("bob", "1", 2);

        Verdict verdict = judge(Probes.probe("p-1", Probes.image(2), new Claim("ann")));

        assertEquals(TaskKind.CLAIM, verdict.getTask());
        double first = model.matchFunction().score(embedding(2), embedding(5));
        double second = model.matchFunction().score(embedding(2), embedding(1));
        assertEquals(Math.max(first, second), verdict.getScore(), 1e-5);
        assertEquals(1, verdict.getCandidates().size());
        assertEquals("ann", verdict.getCandidates().get(0).getSubjectId());
        assertEquals(first > second ? "1" : "2", verdict.getCandidates().get(0).getReferenceId());
        assertEquals(3, verdict.getGallerySize());
        assertEquals(model.thresholds().verification().score(), verdict.getThreshold());
    }

    @Test
    void aClaimOfWhoeverIsEnrolledWithThisImageMatches() {
        enrol("ann", "1", 1);

        assertEquals(
                Outcome.MATCH,
                judge(Probes.probe("p-1", Probes.image(1), new Claim("ann"))).getOutcome());
    }

    @Test
    void aClaimOfAnUnknownSubjectIsUndecided() {
        enrol("ann", "1", 1);

        Verdict verdict = judge(Probes.probe("p-1", Probes.image(1), new Claim("bob")));

        assertEquals(Outcome.UNDECIDED, verdict.getOutcome());
        assertEquals(UndecidedReason.UNKNOWN_SUBJECT, verdict.getReason());
        assertNull(verdict.getScore());
        assertEquals(List.of(), verdict.getCandidates());
        assertEquals(1, verdict.getGallerySize());
    }

    @Test
    void anIdentificationReturnsTheBestSubjectsBestFirst() {
        for (int i = 0; i < 20; i++) {
            enrol("s" + i, "a", i);
            enrol("s" + i, "b", 100 + i);
        }

        Verdict verdict = judge(Probes.probe("p-1", Probes.image(7), new Identify(5)));

        List<Candidate> candidates = verdict.getCandidates();
        assertEquals(TaskKind.IDENTIFY, verdict.getTask());
        assertEquals(5, candidates.size());
        assertEquals("s7", candidates.get(0).getSubjectId());
        assertEquals("a", candidates.get(0).getReferenceId());
        assertEquals(
                5, candidates.stream().map(Candidate::getSubjectId).distinct().count());
        for (int i = 1; i < 5; i++) {
            assertTrue(candidates.get(i - 1).getScore() >= candidates.get(i).getScore());
        }
        assertEquals(candidates.get(0).getScore(), verdict.getScore());
        assertEquals(40, verdict.getGallerySize());
        assertEquals(model.thresholds().identification(40).score(), verdict.getThreshold());
        assertEquals(model.thresholds().identification(40).fmr(), verdict.getTargetFmr());
        assertNotEquals(model.thresholds().verification().score(), verdict.getThreshold());
    }

    @Test
    void identificationsThatAreKnownToFollowGetTheVerdictsThatEachGetsAlone() {
        for (int i = 0; i < 20; i++) {
            enrol("s" + i, "a", i);
        }
        List<byte[]> values = new ArrayList<>();
        List<Verdict> alone = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Probe probe = Probes.probe("p" + i, Probes.image(10 + i), new Identify(1 + i));
            alone.add(judge(probe));
            values.add(Probes.encode(probe));
        }
        List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            polled.add(new ConsumerRecord<>(TOPICS.probes(), 0, 6 + i, new byte[0], values.get(i)));
        }
        TopicPartition partition = new TopicPartition(TOPICS.probes(), 0);
        lookAheads.ofThisThread().probes().polled(new ConsumerRecords<>(Map.of(partition, polled), Map.of()));

        values.forEach(value -> probes.pipeInput(new TestRecord<>(new byte[0], value, APPENDED)));

        for (int i = 0; i < 6; i++) {
            Verdict verdict = VERDICTS.decode(verdicts.readValue());
            assertEquals(6 + i, verdict.getProbeOffset());
            assertEquals(
                    alone.get(i).getCandidates().size(), verdict.getCandidates().size());
            assertEquals(alone.get(i).getOutcome(), verdict.getOutcome());
            assertEquals(alone.get(i).getScore(), verdict.getScore(), 1e-5);
            assertEquals(
                    alone.get(i).getCandidates().stream()
                            .map(Candidate::getSubjectId)
                            .toList(),
                    verdict.getCandidates().stream()
                            .map(Candidate::getSubjectId)
                            .toList());
        }
        assertEquals(5, lookAheads.statistics().hits());
    }

    @Test
    void anIdentificationInAnEmptyGalleryIsUndecided() {
        Verdict verdict = judge(Probes.probe("p-1", Probes.image(1), new Identify(5)));

        assertEquals(Outcome.UNDECIDED, verdict.getOutcome());
        assertEquals(UndecidedReason.EMPTY_GALLERY, verdict.getReason());
        assertEquals(0, verdict.getGallerySize());
    }

    @Test
    void whatCantBeJudgedKeepsItsBytesAndSaysWhy() {
        byte[] key = {1, 2};
        byte[] value = Probes.encode(Probes.probe("p-1", new byte[] {7}, new Identify(1)));
        Headers headers = new RecordHeaders().add("trace", "7".getBytes(UTF_8));
        probes.pipeInput(key, new byte[] {0});
        deadLetters.readRecord();

        probes.pipeInput(new TestRecord<>(key, value, headers, APPENDED));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertArrayEquals(key, letter.key());
        assertArrayEquals(value, letter.value());
        assertEquals(APPENDED, letter.getRecordTime());
        assertEquals("7", header(letter, "trace"));
        assertEquals("UNKNOWN_TYPE", header(letter, DeadLetterHeaders.REASON));
        assertTrue(header(letter, DeadLetterHeaders.MESSAGE).contains("no PNG"));
        assertEquals(TOPICS.probes(), header(letter, DeadLetterHeaders.TOPIC));
        assertEquals("0", header(letter, DeadLetterHeaders.PARTITION));
        assertEquals("1", header(letter, DeadLetterHeaders.OFFSET));
        assertEquals("p-1", header(letter, DeadLetterHeaders.PROBE_ID));
        assertEquals("test", header(letter, DeadLetterHeaders.SOURCE_ID));
        assertTrue(verdicts.isEmpty());
    }

    @Test
    void aProbeWhoseEndIsMissingIsNamedAllTheSame() {
        byte[] whole = Probes.encode(Probes.probe("p-1", Probes.image(1), new Identify(1)));

        probes.pipeInput(new byte[0], Arrays.copyOf(whole, whole.length / 2));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertEquals(DeadLetterHeaders.NOT_A_PROBE, header(letter, DeadLetterHeaders.REASON));
        assertEquals("p-1", header(letter, DeadLetterHeaders.PROBE_ID));
    }

    @Test
    void aProbeWithoutASourceIsNamedAllTheSame() {
        Probe probe = Probe.newBuilder(Probes.probe("p-1", Probes.image(1), new Identify(1)))
                .setSourceId("")
                .build();

        probes.pipeInput(new byte[0], Probes.encode(probe));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertEquals(DeadLetterHeaders.BAD_REQUEST, header(letter, DeadLetterHeaders.REASON));
        assertEquals("a sourceId has 1 to 200 characters, was 0", header(letter, DeadLetterHeaders.MESSAGE));
        assertEquals("p-1", header(letter, DeadLetterHeaders.PROBE_ID));
        assertNull(letter.headers().lastHeader(DeadLetterHeaders.SOURCE_ID));
    }

    @Test
    void aProbeWhoseIdNobodyCouldReadIsADeadLetterThatNamesTheCharacter() {
        probes.pipeInput(new byte[0], Probes.encode(Probes.probe("p\u0007", Probes.image(1), new Identify(1))));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertEquals(DeadLetterHeaders.BAD_REQUEST, header(letter, DeadLetterHeaders.REASON));
        assertEquals(
                "the probeId has U+0007 BEL at 1: nobody sees it, leave it out",
                header(letter, DeadLetterHeaders.MESSAGE));
    }

    @Test
    void aVerdictsKeyHasTheFormThatItsSenderGaveTheId() {
        probes.pipeInput(new byte[0], Probes.encode(Probes.probe("Jose\u0301", Probes.image(1), new Identify(1))));

        assertEquals("Jose\u0301", new String(verdicts.readRecord().key(), UTF_8));
    }

    @Test
    void aProbeOfATimeThatBrokersRefuseIsJudgedByThatTimeAndItsVerdictGetsOneThatTheyTake() {
        byte[] probe = Probes.encode(Probes.probe("p-1", Probes.image(1), new Identify(1)));
        for (Instant each : List.of(Instant.parse("+287000-01-01T00:00:00Z"), Instant.EPOCH)) {
            probes.pipeInput(new TestRecord<>(new byte[0], probe, each));

            TestRecord<byte[], byte[]> verdict = verdicts.readRecord();
            assertEquals(each, VERDICTS.decode(verdict.value()).getAppendedAt());
            assertTrue(verdict.getRecordTime().isAfter(APPENDED));
            assertFalse(verdict.getRecordTime().isAfter(Instant.now()));
        }
    }

    @Test
    void aDeadLetterThatWasSentOnCarriesNoWordOfTheOneBefore() {
        Headers before = new RecordHeaders()
                .add(DeadLetterHeaders.PROBE_ID, "another".getBytes(UTF_8))
                .add(DeadLetterHeaders.REASON, "OLD".getBytes(UTF_8));

        probes.pipeInput(new TestRecord<>(new byte[0], new byte[] {7}, before, APPENDED));

        Headers letter = deadLetters.readRecord().getHeaders();
        assertNull(letter.lastHeader(DeadLetterHeaders.PROBE_ID));
        assertEquals(
                1,
                StreamSupport.stream(letter.headers(DeadLetterHeaders.REASON).spliterator(), false)
                        .count());
    }

    @Test
    void aRecordWithoutKeyAndValueIsADeadLetterToo() {
        probes.pipeInput(new TestRecord<>(null, null, APPENDED));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertNull(letter.key());
        assertNull(letter.value());
        assertEquals(DeadLetterHeaders.NOT_A_PROBE, header(letter, DeadLetterHeaders.REASON));
    }

    @Test
    void everyProbeGivesOneRecordInItsOrder() {
        enrol("ann", "1", 1);
        List<String> expectedVerdicts = new ArrayList<>();
        int broken = 0;
        for (int i = 0; i < 60; i++) {
            Object task =
                    i % 3 == 0 ? new Identify(1) : i % 3 == 1 ? new Claim("ann") : Probes.pairWith(Probes.image(i + 1));
            byte[] image = i % 7 == 3 ? new byte[i] : Probes.image(i);
            probes.pipeInput(
                    new TestRecord<>(new byte[0], Probes.encode(Probes.probe("p" + i, image, task)), APPENDED));
            if (i % 7 == 3) {
                broken++;
            } else {
                expectedVerdicts.add("p" + i);
            }
        }

        assertEquals(
                expectedVerdicts,
                verdicts.readRecordsToList().stream()
                        .map(record -> new String(record.key(), UTF_8))
                        .toList());
        assertEquals(broken, deadLetters.getQueueSize());
    }

    @Test
    void everyForwardedRecordIsCounted() {
        judge(Probes.probe("p-1", Probes.image(1), new Identify(1)));
        judge(Probes.probe("p-2", Probes.image(1), new Identify(1)));
        probes.pipeInput(new byte[0], new byte[] {0});

        String shown = registry.scrape();

        String manifest = "model=\"%s\",outcome=\"undecided\",reason=\"empty_gallery\""
                .formatted(model.manifest().name());
        assertTrue(
                shown.lines()
                        .anyMatch(line -> line.startsWith("twinstream_verdicts_total{" + manifest)
                                && line.contains("task=\"identify\"")
                                && line.endsWith(" 2.0")),
                shown);
        assertTrue(shown.contains("twinstream_dead_letters_total{reason=\"NOT_A_PROBE\"} 1.0"), shown);
        assertTrue(shown.contains("twinstream_decode_seconds_count 3"), shown);
        assertTrue(shown.contains("twinstream_embed_seconds_count 2"), shown);
        assertTrue(shown.contains("twinstream_match_seconds_count 2"), shown);
        assertTrue(shown.contains("twinstream_batch_images_bucket{le=\"1.0\"} 2"), shown);
        assertTrue(shown.contains("twinstream_verdict_latency_seconds_sum 2.468"), shown);
    }

    @Test
    void theLargestVerdictFitsItsTopic() {
        String longest = "\u4e2d".repeat(Topics.MAX_ID_LENGTH - 3);
        for (int i = 0; i < 100; i++) {
            enrol(longest + i, longest + i, i);
        }
        Probe probe = Probes.probe(longest, Probes.image(1), new Identify(100));

        byte[] value = VERDICTS.encode(judge(probe));

        assertTrue(
                value.length + 4 * Topics.MAX_ID_LENGTH < Topics.MAX_RESULT_BYTES - Topics.MAX_RECORD_BYTES,
                "bytes: " + value.length);
    }

    private Verdict judge(Probe probe) {
        probes.pipeInput(new TestRecord<>("gate".getBytes(UTF_8), Probes.encode(probe), APPENDED));
        assertTrue(deadLetters.isEmpty());
        return VERDICTS.decode(verdicts.readValue());
    }

    private void enrol(String subject, String reference, int image) {
        model.gallery().put(new ReferenceKey(subject, reference), embedding(image));
    }

    private float[] embedding(int image) {
        Picture picture = (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(Probes.image(image), 1);
        return model.embedder().embedAll(List.of(picture))[0];
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        return properties;
    }
}
