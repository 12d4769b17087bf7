package io.twinstream.schemas.release;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Makes releases of the shipped model as they stand on the topic. */
final class ShippedReleases {
    private ShippedReleases() {}

    /** Makes an unsigned release that is true in all that can be checked without fetching. */
    static ModelRelease.Builder shipped() {
        try {
            ModelPackage model = ShippedModel.read("");
            return ModelRelease.newBuilder()
                    .setName(model.manifest().name())
                    .setVersion(model.manifest().version())
                    .setManifest(ByteBuffer.wrap(model.manifestBytes()))
                    .setPackageSha256("ab".repeat(32))
                    .setPackageBytes(1_000_000)
                    .setChunkBytes(512 << 10)
                    .setChunkCount(2)
                    .setChunkPartition(0)
                    .setFirstOffset(10)
                    .setLastOffset(12)
                    .setPublishedAt(Instant.EPOCH)
                    .setDecision("a test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
