package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicReader.OffsetRanges;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Puts a released package together from its chunks: it reads from the first chunk's offset to the last one's, passes over
 * records that others wrote between, and checks every length and the hash. It holds a few chunks in memory, not the package.
 *
 * <p>Maintainers: a fault that another try can't cure is an {@link InvalidPackageException}, any other a {@link
 * KafkaException}. The last chunk is acknowledged before its release is written, so a topic that ends before it will never
 * hold it; a topic that goes on behind it but can't be read that far is held back by an open transaction.
 */
final class PackageFetch {
    private static final String CLIENT = "twinstream-packages";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaClients clients;
    private final String topic;
    private final ModelRelease release;
    private final ModelId id;
    private final MessageDigest digest = Sha256.digest();
    private int chunks;
    private long bytes;

    /**
     * Makes a fetch that has yet to begin.
     *
     * @param topic the topic of the chunks
     * @param release the release, whose claims were checked
     */
    PackageFetch(KafkaClients clients, String topic, ModelRelease release) {
        this.clients = clients;
        this.topic = topic;
        this.release = release;
        this.id = ModelId.of(release);
    }

    /**
     * Fetches the package; for one call.
     *
     * @throws InvalidPackageException if a chunk is missing, or the package is not the one that was released
     * @throws KafkaException if the chunks can't be read now
     * @throws IOException if {@code out} can't be written
     */
    void into(OutputStream out) throws IOException {
        TopicPartition partition = new TopicPartition(topic, release.getChunkPartition());
        try (TopicReader<String> reader = TopicReader.of(clients, CLIENT, topic, PATIENCE, Map.of())) {
            long end = reader.ends(reader.partitions()).getOrDefault(partition, 0L);
            if (release.getLastOffset() >= end) {
                throw refused("lacks chunk %d: it should lie at offset %d, and the topic ends at %d"
                        .formatted(release.getChunkCount() - 1, release.getLastOffset(), end));
            }
            read(reader.begin(OffsetRanges.of(partition, release.getFirstOffset(), release.getLastOffset() + 1)), out);
        }
        check();
    }

    private void read(TopicReader<String>.Reading reading, OutputStream out) throws IOException {
        while (!reading.done()) {
            for (ConsumerRecord<String, byte[]> chunk : next(reading)) {
                if (String.valueOf(chunk.key()).startsWith(id + "/")) {
                    append(chunk, out);
                }
            }
        }
    }

    private ConsumerRecords<String, byte[]> next(TopicReader<String>.Reading reading) {
        try {
            return reading.poll();
        } catch (TopicUnreadException | TimeoutException e) {
            throw new KafkaException("no further chunk of %s came after %d of %d: %s"
                    .formatted(id, chunks, release.getChunkCount(), e.getMessage()));
        }
    }

    private void append(ConsumerRecord<String, byte[]> chunk, OutputStream out) throws IOException {
        if (chunks >= release.getChunkCount() || !id.chunkKey(chunks).equals(chunk.key()) || chunk.value() == null) {
            throw refused("lacks chunk %d: %s lies at offset %d".formatted(chunks, chunk.key(), chunk.offset()));
        }
        bytes += chunk.value().length;
        if (bytes > release.getPackageBytes()) {
            throw refused("is larger than the %d bytes of its release".formatted(release.getPackageBytes()));
        }
        digest.update(chunk.value());
        out.write(chunk.value());
        chunks++;
    }

    private void check() throws InvalidPackageException {
        if (chunks != release.getChunkCount()) {
            throw refused("lacks chunk %d of %d".formatted(chunks, release.getChunkCount()));
        }
        if (bytes != release.getPackageBytes()
                || !HexFormat.of().formatHex(digest.digest()).equals(release.getPackageSha256())) {
            throw refused("is damaged: its SHA-256 is not that of its release");
        }
    }

    private InvalidPackageException refused(String fault) {
        return InvalidPackageException.published(id, fault);
    }
}
