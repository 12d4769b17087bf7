package io.twinstream.schemas.release;

import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.PackageFile;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;

/** Checks what a release claims about its package before a byte is fetched, since anyone can write to a topic. */
final class ReleaseClaims {
    /**
     * Bytes that no model reaches that a verifier could hold; a release that claims more is refused before it fills the disk.
     */
    private static final long MOST_BYTES = 1L << 30;

    private ReleaseClaims() {}

    /**
     * Checks that the claims agree with each other and can be true.
     *
     * @throws InvalidPackageException with one line, if they can't
     */
    static void check(ModelRelease release) throws IOException {
        ModelId id = id(release);
        checkSize(release, id);
        checkPlace(release, id);
        Manifest manifest = PackageArchive.manifest(RecordSerde.content(release.getManifest()), origin(id));
        require(
                manifest.name().equals(id.name()) && manifest.version().equals(id.version()),
                id,
                "holds the manifest of %s/%s".formatted(manifest.name(), manifest.version()));
        double unpacked =
                manifest.files().stream().mapToDouble(PackageFile::bytes).sum();
        require(
                unpacked <= MOST_BYTES,
                id,
                "claims files of %.0f bytes, at most %d are taken".formatted(unpacked, MOST_BYTES));
    }

    static String origin(ModelId id) {
        return "the published package " + id;
    }

    private static ModelId id(ModelRelease release) throws InvalidPackageException {
        try {
            return ModelId.of(release);
        } catch (IllegalArgumentException e) {
            throw new InvalidPackageException(String.valueOf(e.getMessage()));
        }
    }

    private static void checkSize(ModelRelease release, ModelId id) throws InvalidPackageException {
        long bytes = release.getPackageBytes();
        int chunkBytes = release.getChunkBytes();
        require(
                bytes >= 1 && bytes <= MOST_BYTES,
                id,
                "claims %d bytes, 1 to %d are taken".formatted(bytes, MOST_BYTES));
        require(
                chunkBytes >= 1 && chunkBytes <= Topics.MAX_CHUNK_BYTES,
                id,
                "claims chunks of %d bytes, 1 to %d are taken".formatted(chunkBytes, Topics.MAX_CHUNK_BYTES));
        long chunks = (bytes + chunkBytes - 1) / chunkBytes;
        require(
                release.getChunkCount() == chunks,
                id,
                "claims %d chunks, its %d bytes are %d".formatted(release.getChunkCount(), bytes, chunks));
        require(Sha256.isOne(release.getPackageSha256()), id, "claims a SHA-256 that is none");
    }

    private static void checkPlace(ModelRelease release, ModelId id) throws InvalidPackageException {
        require(
                release.getChunkPartition() == 0,
                id,
                "claims partition %d, chunks lie in partition 0".formatted(release.getChunkPartition()));
        long first = release.getFirstOffset();
        long last = release.getLastOffset();
        // The subtraction can't overflow here.
        require(
                first >= 0 && last >= first && last - first >= release.getChunkCount() - 1,
                id,
                "claims %d chunks between the offsets %d and %d".formatted(release.getChunkCount(), first, last));
    }

    private static void require(boolean holds, ModelId id, String fault) throws InvalidPackageException {
        if (!holds) {
            throw InvalidPackageException.published(id, fault);
        }
    }
}
