package io.twinstream.trainer.publish;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** One transaction of a publisher: every chunk, once they are acknowledged the release, commit. All of it or nothing. */
final class PublishTransaction {
    static final int CHUNK_BYTES = 512 << 10;

    private final VersionProducer producer;
    private final Topics topics;
    private final ModelId id;

    PublishTransaction(VersionProducer producer, Topics topics, ModelId id) {
        this.producer = producer;
        this.topics = topics;
        this.id = id;
    }

    /**
     * Writes.
     *
     * @param release all but what says where the chunks lie
     */
    void write(Path file, ModelRelease.Builder release) throws IOException {
        producer.transaction(() -> {
            List<Future<RecordMetadata>> chunks = sendChunks(file, release);
            producer.flush();
            release.setChunkBytes(CHUNK_BYTES)
                    .setChunkCount(chunks.size())
                    .setChunkPartition(VersionProducer.PARTITION)
                    .setFirstOffset(acknowledged(chunks.get(0)).offset())
                    .setLastOffset(acknowledged(chunks.get(chunks.size() - 1)).offset());
            byte[] value = RecordSerde.of(ModelRelease.class).encode(release.build());
            acknowledged(producer.send(
                    new ProducerRecord<>(topics.modelReleases(), VersionProducer.PARTITION, id.toString(), value)));
        });
    }

    private List<Future<RecordMetadata>> sendChunks(Path file, ModelRelease.Builder release) throws IOException {
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

    private RecordMetadata acknowledged(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("%s could not be written".formatted(id), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
