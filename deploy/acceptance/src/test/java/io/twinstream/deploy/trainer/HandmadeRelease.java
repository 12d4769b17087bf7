package io.twinstream.deploy.trainer;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.Sha256;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes chunks by hand, and the release that a publisher would have written for them. */
final class HandmadeRelease {
    static final int CHUNK_BYTES = 100_000;

    private HandmadeRelease() {}

    /** Writes the chunks of a package to the topic; in the place of some of them lies a record of others. */
    static ModelRelease.Builder write(Settings settings, byte[] archive, Set<Integer> missing) throws Exception {
        return write(settings, archive, archive, missing);
    }

    /** Writes the chunks of a package with other bytes on the topic than the release promises. */
    static ModelRelease.Builder write(Settings settings, byte[] archive, byte[] sent, Set<Integer> missing)
            throws Exception {
        ModelPackage model = PackageArchive.read(archive, "a test's package");
        ModelId id = ModelId.of(model.manifest());
        String topic = Wired.topics(settings).modelChunks();
        int chunks = (archive.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
        long[] offsets = new long[chunks];
        Map<String, Object> config = settings.kafka();
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < chunks; i++) {
                byte[] chunk =
                        Arrays.copyOfRange(sent, i * CHUNK_BYTES, Math.min((i + 1) * CHUNK_BYTES, archive.length));
                String key = missing.contains(i) ? "others/1/0" : id.chunkKey(i);
                offsets[i] = producer.send(new ProducerRecord<>(topic, 0, key, chunk))
                        .get()
                        .offset();
            }
        }
        return ModelRelease.newBuilder()
                .setName(id.name())
                .setVersion(id.version())
                .setManifest(ByteBuffer.wrap(model.manifestBytes()))
                .setPackageSha256(Sha256.of(archive))
                .setPackageBytes(archive.length)
                .setChunkBytes(CHUNK_BYTES)
                .setChunkCount(chunks)
                .setChunkPartition(0)
                .setFirstOffset(offsets[0])
                .setLastOffset(offsets[chunks - 1])
                .setPublishedAt(Instant.EPOCH)
                .setDecision("a test");
    }
}
