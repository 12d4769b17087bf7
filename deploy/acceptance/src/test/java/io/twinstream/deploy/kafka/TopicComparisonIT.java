package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.trainer.ScriptedTrainer;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.TopicComparison;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicComparisonIT {
    private static final String CLEANUP = "cleanup.policy";

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private Admin admin;
    private int prefixes;

    @BeforeAll
    void start() throws Exception {
        admin = broker.admin();
    }

    @AfterAll
    void stop() throws Exception {
        admin.close();
    }

    @Test
    void topicsAsTheyAreDeclaredDifferInNothing() throws Exception {
        Topics topics = topicsBut("as-declared", "", Map.of());

        for (TopicDeclaration each : topics.all()) {
            assertEquals(List.of(), new TopicComparison(admin).differences(each), each.name());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "references, cleanup.policy, delete, compact",
        "references, cleanup.policy, 'compact,delete', compact",
        "labelled-images, cleanup.policy, delete, compact",
        "model-chunks, cleanup.policy, delete, compact",
        "model-releases, cleanup.policy, delete, compact",
        "model-states, cleanup.policy, delete, compact",
        "model-activations, cleanup.policy, compact, delete",
        "model-activations, retention.ms, 604800000, -1",
        "model-activations, message.timestamp.type, CreateTime, LogAppendTime",
        "probes, message.timestamp.type, CreateTime, LogAppendTime",
        "probes, cleanup.policy, compact, delete"
    })
    void whatLosesOrIsMisjudgedByIsRefusedWithItsMend(String topic, String setting, String found, String declared)
            throws Exception {
        String prefix = "p" + prefixes++;
        Topics topics = topicsBut(prefix, topic, Map.of(setting, found));

        String refusal =
                assertThrows(KafkaException.class, () -> require(topics)).getMessage();

        assertTrue(
                refusal.startsWith(
                        "the topic %s.%s has %s=%s, declared %s".formatted(prefix, topic, setting, found, declared)),
                refusal);
        assertTrue(
                refusal.endsWith("--entity-name %s.%s --add-config %s=%s".formatted(prefix, topic, setting, declared)),
                refusal);
        assertEquals(1, refusal.lines().count());
    }

    @ParameterizedTest
    @CsvSource({
        "probes, max.message.bytes, 1048588",
        "verdicts, cleanup.policy, compact",
        "match-windows, cleanup.policy, 'delete,compact'",
        "references, max.compaction.lag.ms, 1",
        "dead-letters, min.insync.replicas, 1"
    })
    void whatElseDiffersIsLetPass(String topic, String setting, String found) throws Exception {
        Topics topics = topicsBut("p" + prefixes++, topic, Map.of(setting, found));

        assertTrue(require(topics));
    }

    @Test
    void theBrokersDefaultsCountAsTheTopicsOwnSettingsDo() throws Exception {
        admin.createTopics(List.of(new NewTopic("bare.references", Optional.of(1), Optional.empty())))
                .all()
                .get();
        Topics topics = topicsBut("bare", "", Map.of());

        String refusal =
                assertThrows(KafkaException.class, () -> require(topics)).getMessage();

        assertTrue(refusal.contains("bare.references has cleanup.policy=delete"), refusal);
    }

    @Test
    void aTopicThatIsMissingIsForOthersToTell() throws Exception {
        Topics topics = topicsBut("lacking", "", Map.of());
        admin.deleteTopics(List.of(topics.references())).all().get();

        assertTrue(require(topics));
    }

    @Test
    void noServiceStartsWithATopicThatLosesWhatItNeeds(@TempDir Path work) throws Exception {
        topicsBut("services", "labelled-images", Map.of(CLEANUP, "delete"));
        topicsBut("gallery", "references", Map.of(CLEANUP, "delete"));

        String verifier = assertThrows(
                        KafkaException.class,
                        () -> VerifierService.start(
                                VerifierSettings.of(settings("gallery", Map.of("verifier.http.port", "0")))))
                .getMessage();
        String trainer = assertThrows(
                        KafkaException.class,
                        () -> TrainerService.start(
                                TrainerSettings.of(settings(
                                        "services",
                                        Map.of("trainer.http.port", "0", "trainer.work.dir", work.toString()))),
                                new ScriptedTrainer(),
                                (title, steps) -> progress -> {}))
                .getMessage();
        String ingest;
        try (IngestService service =
                IngestService.start(IngestSettings.of(settings("gallery", Map.of("ingest.http.port", "0"))))) {
            ingest = service.awaitEnd();
        }

        assertTrue(verifier.contains("gallery.references has cleanup.policy=delete"), verifier);
        assertTrue(trainer.contains("services.labelled-images has cleanup.policy=delete"), trainer);
        assertEquals(verifier, ingest);
    }

    private boolean require(Topics topics) {
        return TopicComparison.require(Wired.clients(settings(topics.prefix(), Map.of())), topics.all(), "verifier");
    }

    /** Creates the topics with this prefix, one of them with settings of its own. */
    private Topics topicsBut(String prefix, String topic, Map<String, String> own) throws Exception {
        Topics topics = CommonSettings.of(settings(prefix, Map.of())).topics();
        new TopicCreation(admin)
                .create(topics.all().stream()
                        .map(each -> each.name().equals(prefix + "." + topic) ? with(each, own) : each)
                        .toList());
        return topics;
    }

    private static TopicDeclaration with(TopicDeclaration declared, Map<String, String> own) {
        Map<String, String> settings = new HashMap<>(declared.settings());
        settings.putAll(own);
        return new TopicDeclaration(declared.name(), declared.partitions(), settings);
    }

    private Settings settings(String prefix, Map<String, String> own) {
        Map<String, String> values = new HashMap<>(own);
        values.put(CommonSettings.TOPIC_PARTITIONS, "1");
        return broker.settings(prefix, values);
    }
}
