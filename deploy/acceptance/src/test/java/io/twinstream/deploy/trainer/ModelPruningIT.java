package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.TrustedKeys;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.trainer.publish.GatedPublication.PublishOutcome;
import io.twinstream.trainer.publish.ModelPruning;
import io.twinstream.trainer.publish.ModelPruning.PruneDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelPruningIT {
    private static final long HOUR_MS = 3_600_000;

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void whatIsNeededStaysAndTheRestCantBeFoundAnyMore() throws Exception {
        Settings settings = prepare("needed");
        for (int version = 1; version <= 7; version++) {
            publish(settings, Integer.toString(version), version);
        }
        activate(settings, ModelSlot.SERVING, "1", 2_000);
        activate(settings, ModelSlot.SERVING, "2", 2_100);
        activate(settings, ModelSlot.SHADOW, "3", 2_000);
        activate(settings, ModelSlot.SERVING, "4", HOUR_MS);
        while (!Wired.timeline(settings).predecessor(Instant.now()).equals(Optional.of(letters("1")))) {
            Thread.onSpinWait();
        }
        ModelPruning pruning = Wired.pruning(settings);

        List<PruneDecision> plan = pruning.plan(1, null);
        for (PruneDecision each : plan) {
            pruning.remove(each);
        }

        assertEquals(
                List.of("5", "6"),
                plan.stream()
                        .filter(PruneDecision::goes)
                        .map(each -> each.release().getVersion())
                        .toList());
        PublishedModels models = Wired.published(settings);
        assertEquals(
                List.of("1", "2", "3", "4", "7"),
                models.all().stream().map(ModelRelease::getVersion).toList());
        assertTrue(models.find(letters("5")).isEmpty());
        Map<String, Integer> chunks = lastSizes(settings);
        assertTrue(chunks.keySet().containsAll(List.of("letters/5/0", "letters/5/1", "letters/6/1")));
        chunks.forEach((key, bytes) ->
                assertEquals(key.matches("letters/[56]/.*"), bytes == 0, key + " holds " + bytes + " bytes"));
    }

    @Test
    @Timeout(60)
    void aVersionThatIsActivatedAfterThePlanStays() throws Exception {
        Settings settings = prepare("late");
        publish(settings, "1", 1);
        publish(settings, "2", 2);
        ModelPruning pruning = Wired.pruning(settings);
        PruneDecision planned = pruning.plan(1, "letters").get(0);

        activate(settings, ModelSlot.SERVING, "1", HOUR_MS);
        PruneDecision now = pruning.remove(planned);

        assertTrue(planned.goes());
        assertTrue(now.keptBecause().startsWith("serves from "), now.keptBecause());
        assertEquals(2, Wired.published(settings).all().size());
    }

    @Test
    void anotherNameIsLeftAloneAndARemovedVersionCanBePublishedAgain() throws Exception {
        Settings settings = prepare("pruned-again");
        publish(settings, "1", 1);
        publish(settings, "2", 2);
        ModelPruning pruning = Wired.pruning(settings);

        assertEquals(List.of(), pruning.plan(1, "digits"));
        pruning.remove(pruning.plan(1, "letters").get(0));

        assertThrows(IllegalArgumentException.class, () -> pruning.plan(0, "letters"));
        assertEquals(
                PublishOutcome.PublishKind.PUBLISHED, publish(settings, "1", 3).kind());
        assertEquals(
                "1",
                Wired.published(settings)
                        .latest(
                                "letters",
                                TrustedKeys.of(ModelSettings.of(settings).trustedKeys()))
                        .orElseThrow()
                        .getVersion());
    }

    private PublishOutcome publish(Settings settings, String version, long seed) throws IOException {
        Path file = Files.write(folder.resolve(version + ".zip"), Packages.large("letters", version, 600_000, seed));
        return Wired.publication(settings).publish(new PublishOrder(file, null, "a test", null));
    }

    private static void activate(Settings settings, ModelSlot slot, String version, long delayMs) throws Exception {
        ModelActivation value = new ModelActivation(slot, "letters", version, delayMs, null, "a test", "Zoë");
        byte[] bytes = RecordSerde.of(ModelActivation.class).encode(value);
        String topic = Wired.topics(settings).modelActivations();
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, slot.name(), bytes)).get();
        }
    }

    /** Returns the bytes of the last record under each key of the chunks' topic; 0 for a tombstone. */
    private static Map<String, Integer> lastSizes(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put("isolation.level", "read_committed");
        TopicPartition chunks = new TopicPartition(Wired.topics(settings).modelChunks(), 0);
        Map<String, Integer> sizes = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(chunks));
            consumer.seekToBeginning(List.of(chunks));
            // The end of what is committed may lag behind the last commit for a moment; the tombstones are what is
            // awaited.
            while (sizes.getOrDefault("letters/6/1", -1) != 0) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    sizes.put(each.key(), each.value() == null ? 0 : each.value().length);
                }
            }
        }
        return sizes;
    }

    private static ModelId letters(String version) {
        return new ModelId("letters", version);
    }

    private static Settings prepare(String prefix) throws InterruptedException {
        return broker.prepare(prefix, Map.of());
    }
}
