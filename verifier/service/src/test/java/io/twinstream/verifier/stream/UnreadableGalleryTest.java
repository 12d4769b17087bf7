package io.twinstream.verifier.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.match.KeptNumbers;
import io.twinstream.verifier.metrics.ProbeMetrics;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.Standstills;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnreadableGalleryTest {
    private static final Topics TOPICS = new Topics("t", 1);
    private static final int REFERENCES = 1_100;
    private static final String LOST = "the file was cut by somebody";

    private final ServingModel model = ServingModels.byDistance();
    private final List<String> reopened = new ArrayList<>();

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void aProbeThatNeedsWhatCantBeReadWaitsForItsVersionToBeOpenedAnew() {
        enrol();
        for (Object task : new Object[] {new Identify(3), new Claim("s0")}) {
            reopened.clear();
            try (TopologyTestDriver driver = driver(Optional.empty())) {
                Throwable thrown = assertThrows(
                        RuntimeException.class,
                        () -> probes(driver)
                                .pipeInput(new byte[0], Probes.encode(Probes.probe("p", Probes.image(1), task))));

                while (thrown.getCause() != null) {
                    thrown = thrown.getCause();
                }
                assertFalse(assertInstanceOf(VersionUnavailableException.class, thrown)
                        .hopeless());
                assertEquals(LOST, thrown.getMessage());
                assertEquals(List.of(LOST), reopened);
            }
        }
    }

    @Test
    void aShadowThatCantBeReadIsOpenedAnewAndTheVerdictStands() {
        try (ServingModel serving = ServingModels.byDistance();
                TopologyTestDriver driver = driver(Optional.of(serving))) {
            enrol();
            serving.gallery()
                    .put(
                            new ReferenceKey("ann", "1"),
                            new float[serving.matchFunction().length()]);

            probes(driver).pipeInput(new byte[0], Probes.encode(Probes.probe("p", Probes.image(1), new Identify(1))));

            assertEquals(List.of(LOST), reopened);
            assertEquals(
                    1,
                    driver.createOutputTopic(
                                    TOPICS.verdicts(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                            .getQueueSize());
        }
    }

    /** Enrols references whose numbers lie in a file that can't be read. */
    private void enrol() {
        KeptNumbers lost = new KeptNumbers() {
            @Override
            public boolean holds(int place) {
                return true;
            }

            @Override
            public void read(int place, float[] into) {
                throw new UnreadableNumbersException(LOST);
            }
        };
        Random random = new Random(1);
        for (int i = 0; i < REFERENCES; i++) {
            float[] folded = new float[model.matchFunction().foldedLength()];
            for (int d = 0; d < folded.length; d++) {
                folded[d] = random.nextFloat();
            }
            model.gallery().putFolded(new ReferenceKey("s" + i, "1"), folded, null, i, lost);
        }
    }

    private TopologyTestDriver driver(Optional<ServingModel> serving) {
        ModelLease lost = reopening(ModelChoice.always(model).serving(Instant.EPOCH));
        ModelChoice choice = new ModelChoice() {
            @Override
            public ModelLease serving(Instant appendedAt) {
                return serving.map(other -> ModelChoice.always(other).serving(appendedAt))
                        .orElse(lost);
            }

            @Override
            public Optional<ModelLease> shadow(Instant appendedAt) {
                return serving.map(other -> lost);
            }
        };
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-" + UUID.randomUUID());
        return new TopologyTestDriver(
                JudgeTopology.build(
                        TOPICS,
                        Serdes.ByteArray(),
                        choice,
                        new LookAheads(TOPICS.probes(), ImageLimits.DEFAULT, 8),
                        Standstills.none(),
                        new Judge(Clock.systemUTC()),
                        new ProbeResults(new ProbeMetrics(new SimpleMeterRegistry(), 2), CloudEvents.off()),
                        Shard.WHOLE),
                properties);
    }

    private static TestInputTopic<byte[], byte[]> probes(TopologyTestDriver driver) {
        return driver.createInputTopic(TOPICS.probes(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ModelLease reopening(ModelLease lease) {
        return new ModelLease() {
            @Override
            public ServingModel model() {
                return lease.model();
            }

            @Override
            public boolean holdsAt(Instant appendedAt) {
                return lease.holdsAt(appendedAt);
            }

            @Override
            public void refuse(String reason) {
                lease.refuse(reason);
            }

            @Override
            public void reopen(String reason) {
                reopened.add(reason);
            }

            @Override
            public void close() {
                lease.close();
            }
        };
    }
}
