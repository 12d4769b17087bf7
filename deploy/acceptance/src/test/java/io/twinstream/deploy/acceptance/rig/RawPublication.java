package io.twinstream.deploy.acceptance.rig;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes releases as anybody with WRITE on the topics can: chunks and release in one transaction as the publisher does, but
 * with anything at all in them. Left as it is, a release is correct and signed.
 */
public final class RawPublication {
    private static final int CHUNK_BYTES = 100_000;

    private final Settings settings;
    private final Topics topics;
    private final PrivateKey key;

    public RawPublication(Settings settings, PrivateKey key) {
        this.settings = settings;
        this.topics = Wired.topics(settings);
        this.key = key;
    }

    /**
     * Writes one release.
     *
     * @param chunks may change them, or set them to null, which leaves them out; the release still promises the archive's
     * @param release may change what it says
     */
    public void write(ModelId id, byte[] archive, Consumer<List<byte[]>> chunks, Consumer<ModelRelease.Builder> release)
            throws Exception {
        List<byte[]> pieces = pieces(archive);
        int count = pieces.size();
        chunks.accept(pieces);
        Map<String, Object> config = settings.kafka();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "raw-" + id);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            long first = Long.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                if (pieces.get(i) != null) {
                    RecordMetadata sent = producer.send(
                                    new ProducerRecord<>(topics.modelChunks(), 0, id.chunkKey(i), pieces.get(i)))
                            .get();
                    first = Math.min(first, sent.offset());
                }
            }
            ModelRelease.Builder record = ModelRelease.newBuilder()
                    .setName(id.name())
                    .setVersion(id.version())
                    .setManifest(ByteBuffer.wrap(AlteredPackage.manifest(archive)))
                    .setPackageSha256(Sha256.of(archive))
                    .setPackageBytes(archive.length)
                    .setChunkBytes(CHUNK_BYTES)
                    .setChunkCount(count)
                    .setChunkPartition(0)
                    .setFirstOffset(first)
                    .setLastOffset(first + count - 1)
                    .setPublishedAt(Instant.now())
                    .setDecision("written past the publisher")
                    .setSignature(ByteBuffer.wrap(ReleaseSignature.sign(id, Sha256.of(archive), key)));
            release.accept(record);
            producer.send(new ProducerRecord<>(
                            topics.modelReleases(),
                            id.toString(),
                            RecordSerde.of(ModelRelease.class).encode(record.build())))
                    .get();
            producer.commitTransaction();
        }
    }

    private static List<byte[]> pieces(byte[] archive) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < archive.length; from += CHUNK_BYTES) {
            pieces.add(Arrays.copyOfRange(archive, from, Math.min(from + CHUNK_BYTES, archive.length)));
        }
        return pieces;
    }
}
