package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.version.PublishedModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes model packages to the topics, each in one transaction: the chunks, then the release that names their offsets.
 * A version is written once; the memory this takes is that of {@value #BUFFER_BYTES} bytes, whatever the package's size.
 *
 * <p>Maintainers: the transactional id is the version's. A publisher that begins fences an unfinished one of the same
 * version and aborts what it left open, and only then looks at the releases: two can't both find the version free.
 */
final class ModelPublisher {
    private static final int BUFFER_BYTES = 16 << 20;

    /** Within the brokers' default bound of 15 min; a publisher that died holds back readers of the chunks for so long. */
    private static final int TRANSACTION_TIMEOUT_MS = 300_000;

    private final Settings settings;
    private final Topics topics;
    private final PublishedModels published;
    private final Clock clock;

    ModelPublisher(Settings settings, PublishedModels published) {
        this(settings, published, Clock.systemUTC());
    }

    ModelPublisher(Settings settings, PublishedModels published, Clock clock) {
        this.settings = settings;
        this.topics = CommonSettings.topics(settings);
        this.published = published;
        this.clock = clock;
    }

    /**
     * Whether these very bytes are published.
     *
     * @throws PublicationException if the version is published with other bytes
     */
    boolean isPublished(ModelPackage model, Path file) throws IOException {
        return isPublished(id(model), PackageFileHash.of(file));
    }

    /**
     * Publishes.
     *
     * @param decision one line for the record: why it may be published
     * @return false if these very bytes were published before; nothing is written then
     * @throws PublicationException if the version is published with other bytes, or its manifest is too large
     */
    boolean publish(ModelPackage model, Path file, String decision, @Nullable String runId) throws IOException {
        ModelId id = id(model);
        if (model.manifestBytes().length > Topics.MAX_RELEASE_BYTES / 2) {
            throw new PublicationException(
                    "the manifest of %s has %d bytes, at most %d are published: use smaller images"
                            .formatted(id, model.manifestBytes().length, Topics.MAX_RELEASE_BYTES / 2));
        }
        String sha256 = PackageFileHash.of(file);
        try (KafkaProducer<String, byte[]> producer = producer(id)) {
            producer.initTransactions();
            if (isPublished(id, sha256)) {
                return false;
            }
            ModelRelease.Builder release = ModelRelease.newBuilder()
                    .setName(id.name())
                    .setVersion(id.version())
                    .setManifest(ByteBuffer.wrap(model.manifestBytes()))
                    .setPackageSha256(sha256)
                    .setPublishedAt(clock.instant())
                    .setDecision(decision)
                    .setRunId(runId);
            new PublishTransaction(producer, topics, id).write(file, release);
            return true;
        }
    }

    private boolean isPublished(ModelId id, String sha256) throws PublicationException {
        Optional<ModelRelease> existing = published.find(id);
        if (existing.isEmpty()) {
            return false;
        }
        if (!existing.get().getPackageSha256().equals(sha256)) {
            throw new PublicationException(
                    "%s is published already with other bytes, and versions never change: take another version"
                            .formatted(id));
        }
        return true;
    }

    private static ModelId id(ModelPackage model) throws PublicationException {
        try {
            return ModelId.of(model.manifest());
        } catch (IllegalArgumentException e) {
            throw new PublicationException(String.valueOf(e.getMessage()));
        }
    }

    private KafkaProducer<String, byte[]> producer(ModelId id) {
        Map<String, Object> config = settings.kafka();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + "-publish-" + id);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RELEASE_BYTES);
        // A package is a zip file.
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }
}
