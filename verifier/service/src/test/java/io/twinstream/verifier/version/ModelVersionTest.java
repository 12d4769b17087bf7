package io.twinstream.verifier.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.version.ModelVersion.Validating;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ModelVersionTest {
    private static final TopicPartition REFERENCES = new TopicPartition("references", 0);

    private final ServingModel model = ServingModels.byDistance();
    private final ModelVersion version = new ModelVersion(new VersionKey(new ModelId("letters", "1"), false));
    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch worked = new CountDownLatch(1);

    /**
     * Updates a gallery with a store that takes long to open, as a batch of references takes long to embed, so that the
     * gallery's thread is at work.
     */
    private final GalleryUpdate update =
            new GalleryUpdate(model, ImageLimits.DEFAULT, new WorkShare(1, 1, () -> false), Shard.WHOLE, () -> {
                working.countDown();
                awaitWorked();
                return new EmbeddingFolder("").open("", model.matchFunction().foldedLength());
            });

    @Test
    void aModelIsNotClosedUnderTheGalleryThatStillUsesItThoughItsLastLeaseIsReleased() throws Exception {
        version.begin(building());
        await().until(() -> version.state() == VersionState.READY);
        ModelLease lease = lease();
        Thread gallery = new Thread(update::caughtUp);
        gallery.start();
        working.await();

        Thread ending = version.drop();
        assertNotNull(ending);
        await().until(() -> ending.getState() == Thread.State.BLOCKED);
        lease.close();

        assertTrue(isOpen());
        assertTrue(version.holds());
        worked.countDown();
        ending.join();
        assertFalse(version.holds());
        assertFalse(isOpen());
    }

    @Test
    void aModelIsNotClosedUnderALeaseThoughItsGalleryHasEnded() throws Exception {
        worked.countDown();
        version.begin(building());
        await().until(() -> version.state() == VersionState.READY);
        ModelLease lease = lease();

        Thread ending = version.drop();
        assertNotNull(ending);
        ending.join();

        assertNull(version.lease(appendedAt -> true));
        assertTrue(isOpen());
        lease.close();
        assertFalse(isOpen());
    }

    @Test
    void whatIsOpenOnlyOnceItsVersionWasDroppedIsClosed() {
        worked.countDown();
        version.drop();

        version.begin(building());

        assertFalse(version.holds());
        assertFalse(isOpen());
    }

    @Test
    void theFirstReasonStands() {
        version.refuse("it takes too long");
        version.refuse("it can't be opened: interrupted");

        assertEquals("it takes too long", version.reason());
        assertEquals(VersionState.REFUSED, version.state());
        assertEquals(Duration.ZERO, version.opening());
    }

    @Test
    void aRefusedVersionIsUsedByNobodyMoreAndSaysWhyForAsLongAsItIsKnown() {
        worked.countDown();
        version.begin(building());
        await().until(() -> version.state() == VersionState.READY);
        ModelLease lease = lease();

        lease.refuse("it stood still");

        assertNull(version.lease(appendedAt -> true));
        version.drop();
        lease.close();
        await().until(() -> !version.holds());
        assertFalse(isOpen());
        assertEquals("it stood still", version.reason());
        assertEquals(VersionState.REFUSED, version.state());
        assertNull(version.follower());
    }

    @Test
    void aVersionWhoseGalleryCantBeReadIsLetGoOfOnceItsUsersAreDone() throws Exception {
        worked.countDown();
        version.begin(building());
        await().until(() -> version.state() == VersionState.READY);
        assertFalse(version.isDropped());
        ModelLease lease = lease();

        lease.reopen("its file was cut");

        assertTrue(version.isDropped());
        assertNull(version.lease(appendedAt -> true));
        assertEquals("", version.reason());
        Objects.requireNonNull(version.drop()).join();
        assertTrue(isOpen());
        lease.close();
        assertFalse(isOpen());
    }

    @Test
    void aRefusedVersionIsNotOpenedAnew() {
        worked.countDown();
        version.begin(building());
        await().until(() -> version.state() == VersionState.READY);
        ModelLease lease = lease();
        lease.refuse("it stood still");

        lease.reopen("its file was cut");

        assertFalse(version.isDropped());
        assertEquals(VersionState.REFUSED, version.state());
        lease.close();
        version.drop();
    }

    @Test
    void aRefusedVersionKeepsNoGalleryWhenItIsDropped() throws Exception {
        ModelVersion refused = new ModelVersion(new VersionKey(new ModelId("letters", "2"), false));
        WeakReference<Gallery> gallery = new WeakReference<>(begunAndRefused(refused));

        await().until(() -> {
            System.gc();
            return gallery.get() == null;
        });

        assertEquals(VersionState.REFUSED, refused.state());
    }

    /** Returns the gallery of a version that was ready, then refused and dropped. */
    private Gallery begunAndRefused(ModelVersion refused) throws Exception {
        ServingModel own = ServingModels.byDistance();
        GalleryUpdate applied = new GalleryUpdate(own, ImageLimits.DEFAULT);
        refused.begin(new ModelVersion.Warming(0, own)
                .warmed(applied, following(applied), refused.key().id()));
        await().until(() -> refused.state() == VersionState.READY);
        refused.refuse("it failed on a probe");
        Objects.requireNonNull(refused.drop()).join();
        return own.gallery();
    }

    @Test
    void whatWasDroppedIsNotRefusedAnyMore() {
        worked.countDown();
        version.drop();

        version.refuse("too late");

        assertEquals("", version.reason());
        assertEquals(VersionState.ASSEMBLING, version.state());
    }

    @Test
    void onlyTheTimeInThisProcessCountsAsOpening() {
        assertEquals(Duration.ZERO, new ModelVersion.Assembling().assembled().opening());
        Validating validating = new ModelVersion.Assembling().assembled().tried();

        assertTrue(validating.opening().compareTo(Duration.ZERO) > 0);
        assertTrue(validating.validated(model).opening().compareTo(Duration.ZERO) > 0);
        assertEquals(Duration.ZERO, building().opening());
        model.close();
    }

    private ModelVersion.Building building() {
        return new ModelVersion.Warming(0, model)
                .warmed(update, following(), version.key().id());
    }

    private ModelLease lease() {
        return Objects.requireNonNull(version.lease(appendedAt -> true));
    }

    private boolean isOpen() {
        EmbedBatch batch = model.embedder().newBatch(1);
        batch.add(Models.picture(new Random(1)));
        try {
            batch.run();
            return true;
        } catch (IllegalStateException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("closed"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> {
                batch.add(Models.picture(new Random(1)));
                batch.run();
            });
            return false;
        }
    }

    private void awaitWorked() {
        try {
            worked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TopicFollower following() {
        // Its own handler would open the store.
        return following(records -> {});
    }

    private static TopicFollower following(TopicFollower.Handler handler) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        Node node = new Node(0, "localhost", 9092);
        consumer.updatePartitions(
                REFERENCES.topic(), List.of(new PartitionInfo(REFERENCES.topic(), 0, node, new Node[0], new Node[0])));
        Map<TopicPartition, Long> offsets = new HashMap<>(Map.of(REFERENCES, 0L));
        consumer.updateBeginningOffsets(offsets);
        consumer.updateEndOffsets(offsets);
        MockConsumer<String, byte[]> uncommitted = new MockConsumer<>("earliest");
        uncommitted.updateEndOffsets(offsets);
        return new TopicFollower(
                "gallery",
                new ServiceThreads(),
                consumer,
                uncommitted,
                List.of(REFERENCES.topic()),
                Duration.ofMillis(5),
                handler);
    }
}
