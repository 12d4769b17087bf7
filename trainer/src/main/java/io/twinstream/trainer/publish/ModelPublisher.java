package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes model packages to the topics, each in one transaction: the chunks, then the release that names their offsets.
 * A version is written once, and signed where the settings name a key.
 *
 * <p>Maintainers: the producer fences an unfinished publisher of the same version before the releases are looked at: two
 * can't both find the version free.
 */
final class ModelPublisher {
    private final KafkaClients clients;
    private final Topics topics;
    private final ReleaseSigner signer;
    private final Clock clock;

    ModelPublisher(KafkaClients clients, Topics topics, ReleaseSigner signer) {
        this(clients, topics, signer, Clock.systemUTC());
    }

    ModelPublisher(KafkaClients clients, Topics topics, ReleaseSigner signer, Clock clock) {
        this.clients = clients;
        this.topics = topics;
        this.signer = signer;
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
        try (VersionProducer producer = VersionProducer.open(clients, topics, id)) {
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
                    .setRunId(runId)
                    .setSignature(signer.sign(id, sha256));
            new PublishTransaction(producer, topics, id).write(file, release);
            return true;
        }
    }

    private boolean isPublished(ModelId id, String sha256) throws PublicationException {
        Optional<ModelRelease> existing = PublishedModels.read(clients, topics).find(id);
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
}
