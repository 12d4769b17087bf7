package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.publish.Gate.GateDecision;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Writes model packages to the topics, each in one transaction: the chunks, then the release that names their offsets.
 * A version is written once, and signed where there is a key.
 *
 *
 * <p>Maintainers: the producer fences an unfinished publisher of the same version before the releases are looked at, so
 * two can't both find the version free.
 */
final class ModelPublisher {
    private static final int CHUNK_BYTES = 512 << 10;

    private final KafkaClients clients;
    private final Topics topics;
    private final Optional<PrivateKey> key;
    private final Clock clock;

    ModelPublisher(KafkaClients clients, Topics topics, Optional<PrivateKey> key) {
        this(clients, topics, key, Clock.systemUTC());
    }

    ModelPublisher(KafkaClients clients, Topics topics, Optional<PrivateKey> key, Clock clock) {
        this.clients = clients;
        this.topics = topics;
        this.key = key;
        this.clock = clock;
    }

    /**
     * Returns whether these very bytes are published.
     *
     * @throws PublicationException if the version is published with other bytes
     */
    boolean isPublished(ModelPackage model, Path file) throws IOException {
        return isPublished(id(model), sha256(file));
    }

    /**
     * Publishes a package.
     *
     * @param decision what the gate said, for the record
     * @return false if these very bytes were published before; nothing is written then
     * @throws PublicationException if the version is published with other bytes, or its manifest is too large
     */
    boolean publish(ModelPackage model, Path file, GateDecision decision, @Nullable String runId) throws IOException {
        ModelId id = id(model);
        if (model.manifestBytes().length > Topics.MAX_RELEASE_BYTES / 2) {
            throw new PublicationException(
                    "the manifest of %s has %d bytes, at most %d are published: use smaller images"
                            .formatted(id, model.manifestBytes().length, Topics.MAX_RELEASE_BYTES / 2));
        }
        String sha256 = sha256(file);
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
                    .setDecision(decision.line())
                    .setMeasured(decision.measured())
                    .setRunId(runId)
                    .setSignature(signature(id, sha256, key));
            write(producer, id, file, release);
            return true;
        }
    }

    /** Returns the signature of a release; null without a key. */
    static @Nullable ByteBuffer signature(ModelId id, String packageSha256, Optional<PrivateKey> key) {
        return key.map(each -> ByteBuffer.wrap(ReleaseSignature.sign(id, packageSha256, each)))
                .orElse(null);
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

    /**
     * Writes every chunk and, once they are acknowledged, the release, in one transaction: all of it or nothing.
     *
     * @param release all but what says where the chunks lie
     */
    private void write(VersionProducer producer, ModelId id, Path file, ModelRelease.Builder release)
            throws IOException {
        producer.transaction(() -> {
            List<Future<RecordMetadata>> chunks = sendChunks(producer, id, file, release);
            producer.flush();
            release.setChunkBytes(CHUNK_BYTES)
                    .setChunkCount(chunks.size())
                    .setChunkPartition(VersionProducer.PARTITION)
                    .setFirstOffset(acknowledged(id, chunks.get(0)).offset())
                    .setLastOffset(
                            acknowledged(id, chunks.get(chunks.size() - 1)).offset());
            byte[] value = RecordSerde.of(ModelRelease.class).encode(release.build());
            acknowledged(
                    id,
                    producer.send(new ProducerRecord<>(
                            topics.modelReleases(), VersionProducer.PARTITION, id.toString(), value)));
        });
    }

    private List<Future<RecordMetadata>> sendChunks(
            VersionProducer producer, ModelId id, Path file, ModelRelease.Builder release) throws IOException {
        MessageDigest digest = Sha256.digest();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] chunk = in.readNBytes(CHUNK_BYTES); chunk.length > 0; chunk = in.readNBytes(CHUNK_BYTES)) {
                digest.update(chunk);
                bytes += chunk.length;
                sent.add(producer.send(new ProducerRecord<>(
                        topics.modelChunks(), VersionProducer.PARTITION, id.chunkKey(sent.size()), chunk)));
            }
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(release.getPackageSha256())) {
            throw new PublicationException("%s has changed while it was published: publish it again".formatted(file));
        }
        release.setPackageBytes(bytes);
        return sent;
    }

    private static RecordMetadata acknowledged(ModelId id, Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("%s could not be written".formatted(id), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Returns a file's SHA-256 in hex, without holding the file in memory. */
    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ModelId id(ModelPackage model) throws PublicationException {
        try {
            return ModelId.of(model.manifest());
        } catch (IllegalArgumentException e) {
            throw new PublicationException(String.valueOf(e.getMessage()));
        }
    }
}
