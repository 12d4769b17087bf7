package io.twinstream.deploy.version;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.Packages;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.ProviderChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Embeds by a model that stands still on an empty sheet. */
class BoundedEmbeddingTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int BATCH = 8;
    private static final int DRAWN = 100;
    private static final int EMPTY = 255;

    @Test
    void aPictureThatTheModelStandsStillOnIsLeftOutAndItsNeighboursAreEmbedded() throws Exception {
        try (Embedder embedder = warmed()) {
            EmbedBatch batch = embedder.newBatch(BATCH);
            batch.add(picture(embedder, DRAWN));
            float[] alone = batch.run()[0];
            for (int image = 0; image < BATCH; image++) {
                batch.add(picture(embedder, image == 5 ? EMPTY : DRAWN));
            }

            Embeddings embeddings =
                    assertTimeoutPreemptively(LIMIT, () -> batch.runEach(1, TimeUnit.MINUTES.toNanos(1)));

            assertTrue(embeddings.isStuck(5));
            assertNull(embeddings.get(5));
            assertEquals(BATCH - 1, embeddings.count());
            for (int image : List.of(0, 4, 6, 7)) {
                assertFalse(embeddings.isStuck(image));
                assertArrayEquals(alone, embeddings.get(image), 1e-5f);
            }
        }
    }

    @Test
    void onceItTakesTooLongTheRestIsLeftForLaterButNotTheFirst() throws Exception {
        try (Embedder embedder = warmed()) {
            EmbedBatch batch = embedder.newBatch(BATCH);
            for (int image = 0; image < BATCH; image++) {
                batch.add(picture(embedder, image == 1 ? DRAWN : EMPTY));
            }

            Embeddings embeddings = assertTimeoutPreemptively(LIMIT, () -> batch.runEach(2, 0));

            assertTrue(embeddings.isStuck(0));
            assertNotNull(embeddings.get(1));
            assertFalse(embeddings.isStuck(2));
            assertNull(embeddings.get(2));
        }
    }

    @Test
    void aRunOfWhoeverCantDoWithoutFailsWithTheReason() throws Exception {
        try (Embedder embedder = warmed()) {
            EmbedBatch batch = embedder.newBatch(1);
            batch.add(picture(embedder, EMPTY));

            String reason = assertTimeoutPreemptively(LIMIT, () -> assertThrows(InferenceException.class, batch::run))
                    .getMessage();

            assertEquals("a run of the embedder on 1 images took more than 2.5 s", reason);
        }
    }

    @Test
    void aBatchThatIsCancelledEndsAtOnceAndNothingOfItIsSaidToBeStuck() throws Exception {
        try (Embedder embedder = warmed()) {
            EmbedBatch batch = embedder.newBatch(1);
            batch.add(picture(embedder, EMPTY));
            CompletableFuture<Embeddings> running =
                    CompletableFuture.supplyAsync(() -> batch.runEach(1, TimeUnit.MINUTES.toNanos(1)));

            batch.cancel();

            Embeddings embeddings = running.get(2, TimeUnit.SECONDS);
            assertNull(embeddings.get(0));
            assertFalse(embeddings.isStuck(0));
        }
    }

    private static Embedder warmed() throws IOException {
        byte[] archive = Packages.altered(
                new ModelId("letters", "1"),
                RunawayGraphs.turningOnEmptySheets(),
                ShippedModel.read("").manifest().golden());
        ModelPackage model = PackageArchive.read(archive, "a test's package");
        Embedder embedder = Embedder.open(model, ProviderChoice.CPU);
        embedder.warm(BATCH, new EmbedBatch.Buffers());
        return embedder;
    }

    private static Picture picture(Embedder embedder, int grey) {
        InputSpec input = embedder.input();
        byte[] samples = new byte[input.length()];
        Arrays.fill(samples, (byte) grey);
        return new Picture(input.width(), input.height(), input.channels(), samples);
    }
}
