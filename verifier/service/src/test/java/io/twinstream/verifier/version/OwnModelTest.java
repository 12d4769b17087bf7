package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.text.Sha256;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnModelTest {
    private static final ModelId ID = new ModelId("compact", "1");
    private static final byte[] MANIFEST = {1, 2, 3};

    private final OwnModel own = new OwnModel(ID, Sha256.of(MANIFEST));

    @Test
    void itsIdMeansItselfWhereNothingIsPublishedUnderIt() {
        assertEquals(new VersionKey(ID, true), own.key(ID, Optional.empty()));
    }

    @Test
    void itsIdMeansItselfWhereThisVeryPackageIsPublished() {
        assertEquals(new VersionKey(ID, true), own.key(ID, Optional.of(release(MANIFEST))));
    }

    @Test
    void itsIdMeansThePublishedPackageWhereThatIsAnother() {
        assertEquals(new VersionKey(ID, false), own.key(ID, Optional.of(release(new byte[] {4}))));
    }

    @Test
    void anotherIdNeverMeansIt() {
        ModelId other = new ModelId("compact", "2");

        assertEquals(new VersionKey(other, false), own.key(other, Optional.empty()));
    }

    private static ModelRelease release(byte[] manifest) {
        return ModelRelease.newBuilder()
                .setName("compact")
                .setVersion("1")
                .setManifest(ByteBuffer.wrap(manifest))
                .setPackageSha256("")
                .setPackageBytes(1)
                .setChunkBytes(1)
                .setChunkCount(1)
                .setChunkPartition(0)
                .setFirstOffset(0)
                .setLastOffset(0)
                .setPublishedAt(Instant.EPOCH)
                .setDecision("")
                .build();
    }
}
