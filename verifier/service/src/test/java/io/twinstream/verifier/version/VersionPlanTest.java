package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class VersionPlanTest {
    private static final VersionKey LEFT_BEHIND = new VersionKey(new ModelId("letters", "1"), false);
    private static final ModelId OWN = new ModelId("compact", "1");
    private static final byte[] MANIFEST = {1, 2, 3};
    private static final ModelId ONE = new ModelId("letters", "1");
    private static final ModelId TWO = new ModelId("letters", "2");
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00Z");
    private static final Instant MUCH_LATER = NOON.plusSeconds(86_400);

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

    @Test
    void theOwnModelIsNeededAfterTheFirstActivationSinceItServedBefore() {
        Timeline first = serving(Timeline.EMPTY, ONE, NOON);

        assertEquals(List.of(published(ONE), own()), needed(first, MUCH_LATER));
    }

    @Test
    void theOwnModelIsNeededWhileTheFirstVersionIsActivatedAgain() {
        Timeline again = serving(serving(Timeline.EMPTY, ONE, NOON), ONE, NOON.plusSeconds(60));

        assertEquals(List.of(published(ONE), own()), needed(again, MUCH_LATER));
    }

    @Test
    void theOwnModelIsNoLongerNeededOnceASecondVersionServes() {
        Timeline second = serving(serving(Timeline.EMPTY, ONE, NOON), TWO, NOON.plusSeconds(60));

        assertEquals(List.of(published(ONE), published(TWO), own()), needed(second, NOON.plusSeconds(59)));
        assertEquals(List.of(published(TWO), published(ONE)), needed(second, NOON.plusSeconds(60)));
    }

    @Test
    void whatWasRolledBackIsNeededOnceTheOwnModelServesAgain() {
        Timeline back = serving(serving(Timeline.EMPTY, ONE, NOON), OWN, NOON.plusSeconds(60));

        assertEquals(List.of(own(), published(ONE)), needed(back, MUCH_LATER));
    }

    @Test
    void aShadowTakesTheOwnModelsPlaceNeitherAsWhatServesNorAsWhatServedBefore() {
        Timeline shadowed = activated(Timeline.EMPTY, ModelSlot.SHADOW, TWO, NOON);

        assertEquals(List.of(own(), published(TWO)), needed(shadowed, MUCH_LATER));
        assertEquals(
                List.of(published(ONE), published(TWO), own()),
                needed(serving(shadowed, ONE, NOON.plusSeconds(60)), MUCH_LATER));
    }

    private static List<VersionKey> needed(Timeline timeline, Instant now) {
        return List.copyOf(new VersionPlan(() -> timeline, () -> PublishedModels.NONE, OWN, Sha256.of(MANIFEST))
                .needed(now, Set.of()));
    }

    private static Timeline serving(Timeline before, ModelId model, Instant from) {
        return activated(before, ModelSlot.SERVING, model, from);
    }

    private static Timeline activated(Timeline before, ModelSlot slot, ModelId model, Instant from) {
        long offset = before.activations().size();
        return before.with(
                new Activated(slot, model, from.minus(Activated.NOTICE), offset, from, "a test", "Zoë@desk"));
    }

    private static VersionKey own() {
        return new VersionKey(OWN, true);
    }

    private static VersionKey published(ModelId id) {
        return new VersionKey(id, false);
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
