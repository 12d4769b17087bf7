package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class VersionPlanTest {
    private static final VersionKey LEFT_BEHIND = new VersionKey(new ModelId("letters", "1"), false);

    private final OwnModel own = new OwnModel(new ModelId("compact", "1"), "");

    @Test
    void whatProbesWaitForComesBeforeWhatServesNow() {
        try (ModelLog log = new ModelLog(
                new Topics("test", 1),
                (topic, handler) -> new TopicFollower(
                        topic,
                        new ServiceThreads(),
                        new MockConsumer<>("earliest"),
                        new MockConsumer<String, byte[]>("earliest"),
                        List.of(topic),
                        Duration.ofMillis(20),
                        handler))) {
            VersionPlan plan = new VersionPlan(log, own);

            assertEquals(
                    List.of(LEFT_BEHIND, own.key()), List.copyOf(plan.wanted(Instant.EPOCH, List.of(LEFT_BEHIND))));
        }
    }
}
