package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class VersionPlanTest {
    private static final VersionKey LEFT_BEHIND = new VersionKey(new ModelId("letters", "1"), false);
    private static final ModelId OWN = new ModelId("compact", "1");
    private static final byte[] MANIFEST = {1, 2, 3};

    @Test
    void whatProbesWaitForComesBeforeWhatServesNow() {
        assertEquals(
                List.of(LEFT_BEHIND, new VersionKey(OWN, true)),
                List.copyOf(plan(PublishedModels.NONE).wanted(Instant.EPOCH, List.of(LEFT_BEHIND))));
    }

    @Test
    void theOwnModelsIdMeansItselfWhereNothingIsPublishedUnderIt() {
        assertEquals(new VersionKey(OWN, true), plan(PublishedModels.NONE).key(OWN));
    }

    @Test
    void theOwnModelsIdMeansItselfWhereThisVeryPackageIsPublished() {
        assertEquals(new VersionKey(OWN, true), plan(published(MANIFEST)).key(OWN));
    }

    @Test
    void theOwnModelsIdMeansThePublishedPackageWhereThatIsAnother() {
        assertEquals(new VersionKey(OWN, false), plan(published(new byte[] {4})).key(OWN));
    }

    @Test
    void anotherIdNeverMeansTheOwnModel() {
        ModelId other = new ModelId("compact", "2");

        assertEquals(new VersionKey(other, false), plan(PublishedModels.NONE).key(other));
    }

    private static VersionPlan plan(PublishedModels published) {
        return new VersionPlan(() -> Timeline.EMPTY, () -> published, OWN, Sha256.of(MANIFEST));
    }

    private static PublishedModels published(byte[] manifest) {
        ModelRelease release = ModelRelease.newBuilder()
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
        byte[] value = RecordSerde.of(ModelRelease.class).encode(release);
        return PublishedModels.NONE.with(List.of(new ConsumerRecord<>("releases", 0, 0, "compact/1", value)));
    }
}
