package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.standstill.ThreadActivities;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StuckProbesTest {
    private static final Instant TIME = Instant.parse("2024-05-01T10:00:00Z");
    private static final Topics TOPICS = new Topics("t", 1);
    private static final int PROBES = 6;

    /** Knows of one probe that has stopped two threads, and of another that has stopped one. */
    private static final Map<ProbePlace, Standstill> NOTED = Map.of(
            new ProbePlace(0, 1), new Standstill("gate-1:8081", 2, 60_000L, TIME),
            new ProbePlace(0, 3), new Standstill("gate-1:8081", 1, 60_000L, TIME));

    private final ThreadActivities activities = new ThreadActivities();
    private final ServingModel model = ServingModels.byDistance();
    private final LookAheads lookAheads = new LookAheads(
            TOPICS.probes(),
            ImageLimits.DEFAULT,
            8,
            new ByteArrayDeserializer(),
            ProbeMetrics.none(),
            Tracing.off(),
            activities,
            Standstills.of(NOTED));
    private final TopologyTestDriver driver = new TopologyTestDriver(
            JudgeTopology.build(
                    TOPICS,
                    Serdes.ByteArray(),
                    ModelChoice.always(model),
                    lookAheads,
                    Standstills.of(NOTED),
                    new Judge(Clock.systemUTC()),
                    new ProbeResults(ProbeMetrics.none(), CloudEvents.off()),
                    Shard.WHOLE),
            properties());
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
    void aProbeThatTwoThreadsStoodStillOnIsADeadLetterAndItsNeighboursAreJudged() {
        judgeAll();

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertEquals("STUCK", header(letter, DeadLetterHeaders.REASON));
        assertEquals(
                "a verifier's thread stood still on it 2 times, the last time at 2024-05-01T10:00:00Z on gate-1:8081",
                header(letter, DeadLetterHeaders.MESSAGE));
        assertEquals("1", header(letter, DeadLetterHeaders.OFFSET));
        assertArrayEquals(probe(1), letter.value());
        assertTrue(deadLetters.isEmpty());
        assertEquals(
                List.of("p0", "p2", "p3", "p4", "p5"),
                verdicts.readRecordsToList().stream()
                        .map(each -> new String(each.key(), UTF_8))
                        .toList());
    }

    @Test
    void aProbeThatOneThreadStoodStillOnIsEmbeddedAloneAndInItsTurn() {
        judgeAll();

        // 0 with 2, since 1 is never read; 3 alone; 4 with 5.
        assertEquals(5, lookAheads.statistics().images());
        assertEquals(4, lookAheads.statistics().batches());
    }

    @Test
    void aProbeThatIsYoungerThanTheNoteIsAnotherOneAndIsJudged() {
        judgeAll(TIME.plusSeconds(1));

        assertTrue(deadLetters.isEmpty());
        assertEquals(PROBES, verdicts.readRecordsToList().size());
    }

    @Test
    void aThreadThatHasNothingToDoIsAtNothing() {
        judgeAll();

        assertEquals(Optional.empty(), activities.longest());
    }

    private void judgeAll() {
        judgeAll(TIME);
    }

    private void judgeAll(Instant appendedAt) {
        // As the interceptor of the poll does it, which the driver has none of.
        TopicPartition partition = new TopicPartition(TOPICS.probes(), 0);
        List<ConsumerRecord<byte[], byte[]>> polled = IntStream.range(0, PROBES)
                .mapToObj(i -> new ConsumerRecord<>(TOPICS.probes(), 0, i, new byte[0], probe(i)))
                .toList();
        LookAheads.OfThread ofThread = lookAheads.ofThisThread();
        ofThread.probes().polled(new ConsumerRecords<>(Map.of(partition, polled), Map.of()));
        var input = driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer());
        IntStream.range(0, PROBES).forEach(i -> input.pipeInput(new TestRecord<>(new byte[0], probe(i), appendedAt)));
    }

    private static byte[] probe(int i) {
        return Probes.encode(Probes.probe("p" + i, Probes.image(i), new Identify(1)));
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        return properties;
    }
}
