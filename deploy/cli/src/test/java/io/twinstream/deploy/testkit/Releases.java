package io.twinstream.deploy.testkit;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Publishes shipped models as versions of other names, and activates them. */
public final class Releases {
    private Releases() {}

    /** Returns a shipped model's package under another name and version: other bytes, the same network. */
    public static byte[] renamed(String shipped, ModelId id) throws IOException {
        return Packages.working(shipped, id.name(), id.version());
    }

    /** Publishes a shipped model under this name and version. */
    public static void publish(Settings settings, String shipped, ModelId id) throws IOException {
        publish(settings, renamed(shipped, id));
    }

    /** Publishes a package past the gate. */
    public static void publish(Settings settings, byte[] archive) throws IOException {
        Path file = Files.createTempFile("release", ".zip");
        try {
            Files.write(file, archive);
            Wired.publication(settings).publish(new PublishOrder(file, null, "a test", null));
        } finally {
            Files.delete(file);
        }
    }

    /**
     * Writes an activation, and returns when it takes effect.
     *
     * @param id version that is activated; null empties the shadow
     */
    public static Instant activate(Settings settings, ModelSlot slot, @Nullable ModelId id, Duration delay)
            throws Exception {
        ModelActivation activation = new ModelActivation(
                slot,
                id == null ? null : id.name(),
                id == null ? null : id.version(),
                delay.toMillis(),
                null,
                "a test",
                "a test");
        try (var producer = new KafkaProducer<>(settings.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            RecordMetadata metadata = producer.send(new ProducerRecord<>(
                            Wired.topics(settings).modelActivations(),
                            slot.name(),
                            RecordSerde.of(ModelActivation.class).encode(activation)))
                    .get();
            long delayMs = Math.max(delay.toMillis(), Activated.NOTICE.toMillis());
            return Instant.ofEpochMilli(metadata.timestamp() + delayMs);
        }
    }
}
