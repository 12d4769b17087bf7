package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.Sha256;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Puts a released package together from its chunks: reads from the first one's offset to the last one's, passes over what
 * others wrote between, and checks every length and the hash. Holds a few chunks in memory, not the package.
 */
final class PackageFetch {
    /** Larger than any model that a verifier could hold; a release that claims more is refused before it fills the disk. */
    private static final long MOST_BYTES = 1L << 30;

    private final Settings settings;
    private final ModelRelease release;
    private final ModelId id;
    private final MessageDigest digest = Sha256.digest();
    private int chunks;
    private long bytes;

    PackageFetch(Settings settings, ModelRelease release) {
        this.settings = settings;
        this.release = release;
        this.id = new ModelId(release.getName(), release.getVersion());
    }

    void into(Path file) throws IOException {
        if (release.getPackageBytes() > MOST_BYTES) {
            throw refused("claims %d bytes, at most %d are taken".formatted(release.getPackageBytes(), MOST_BYTES));
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part);
                    KafkaConsumer<String, byte[]> consumer = CommittedRecords.consumer(settings)) {
                read(consumer, out);
            }
            check();
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void read(KafkaConsumer<String, byte[]> consumer, OutputStream out) throws IOException {
        TopicPartition partition =
                new TopicPartition(CommonSettings.topics(settings).modelChunks(), release.getChunkPartition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, release.getFirstOffset());
        long deadline = System.nanoTime() + CommittedRecords.PATIENCE.toNanos();
        while (consumer.position(partition) <= release.getLastOffset()) {
            int before = chunks;
            for (ConsumerRecord<String, byte[]> chunk : consumer.poll(CommittedRecords.POLL)) {
                if (chunk.offset() <= release.getLastOffset()
                        && String.valueOf(chunk.key()).startsWith(id + "/")) {
                    append(chunk, out);
                }
            }
            if (chunks > before) {
                deadline = System.nanoTime() + CommittedRecords.PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("no further chunk of %s came within %d s after %d of %d"
                        .formatted(id, CommittedRecords.PATIENCE.toSeconds(), chunks, release.getChunkCount()));
            }
        }
    }

    private void append(ConsumerRecord<String, byte[]> chunk, OutputStream out) throws IOException {
        if (!id.chunkKey(chunks).equals(chunk.key()) || chunk.value() == null) {
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
            throw refused("is damaged (SHA-256 differs from its release's)");
        }
    }

    private InvalidPackageException refused(String fault) {
        return new InvalidPackageException("the published package %s %s".formatted(id, fault));
    }
}
