package io.twinstream.verifier.references;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.inference.LocatedModels;
import io.twinstream.verifier.inference.LocatedModels.Spot;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.lookahead.Probes;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.references.UnusableReferences.Unusable;
import io.twinstream.verifier.settings.Shard;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which part of a reference's picture is enrolled, and which references have none. */
class LocatedReferencesTest {
    private static final RecordSerde<Reference> SERDE = RecordSerde.of(Reference.class);
    private static final Spot ONE = new Spot(1, 1, 1, 2);
    private static final Spot OTHER = new Spot(4, 2, 2, 0);
    private static final Picture BOTH = LocatedModels.scene(ONE, OTHER);

    private final ServingModel model = ServingModels.byDistance(LocatedModels.boxed(), 10);
    private final GalleryUpdate update = new GalleryUpdate(model, ImageLimits.DEFAULT);
    private long offset;

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void whatIsFoundInAReferenceIsEnrolled() {
        update.apply(List.of(
                reference("ann", LocatedModels.scene(ONE), null), reference("bob", LocatedModels.scene(OTHER), null)));

        assertShows("ann", ONE);
        assertShows("bob", OTHER);
    }

    @Test
    void aReferenceWithNothingOrWithTwoThingsOfLikeSizeIsUnusableUntilItsRegionSaysWhichOneIsMeant() {
        update.apply(List.of(reference("ann", LocatedModels.scene(), null), reference("bob", BOTH, null)));

        assertEquals(
                List.of(
                        new Unusable("ann/1", "NOTHING_FOUND", "cells/1 finds nothing in its picture"),
                        new Unusable(
                                "bob/1",
                                "SEVERAL_FOUND",
                                "it shows two things of like size, the second with 100 % of the first one's area: cut it to the one that is meant, or send that one's region")),
                update.unusable().page("", 10));
        assertEquals(0, model.gallery().size());

        update.apply(List.of(reference("ann", LocatedModels.scene(ONE), null), reference("bob", BOTH, OTHER.region())));

        assertEquals(List.of(), update.unusable().page("", 10));
        assertShows("ann", ONE);
        assertShows("bob", OTHER);
    }

    @Test
    void aWrongRegionMakesAReferenceUnusableAndErasesTheOneBefore() {
        update.apply(List.of(reference("ann", BOTH, OTHER.box())));
        assertShows("ann", OTHER);

        update.apply(List.of(reference("ann", BOTH, new Region(200, 0, 10, 10, 1, List.of()))));

        Unusable unusable = update.unusable().page("", 10).get(0);
        assertEquals("BAD_REGION", unusable.reason());
        assertTrue(unusable.message().startsWith("the region lies beside the picture, at x 200.0"), unusable.message());
        assertEquals(0, model.gallery().size());
    }

    @Test
    void aPackageWithoutLocatorEnrolsTheRegion() {
        try (ServingModel whole = ServingModels.byDistance(LocatedModels.whole(), 10)) {
            new GalleryUpdate(whole, ImageLimits.DEFAULT).apply(List.of(reference("bob", BOTH, OTHER.box())));

            assertShows(whole, "bob", OTHER);
        }
    }

    @Test
    void anEmbeddingThatIsKeptIsThatOfTheSameRegion(@TempDir Path folder) {
        List<ConsumerRecord<String, byte[]>> records = List.of(
                reference("ann", BOTH, ONE.box()),
                reference("bob", BOTH, OTHER.box()),
                reference("cid", BOTH, OTHER.region()));
        for (int start = 0; start < 2; start++) {
            try (ServingModel located = ServingModels.byDistance(LocatedModels.boxed(), 10)) {
                GalleryUpdate keeping = new GalleryUpdate(
                        located,
                        ImageLimits.DEFAULT,
                        new WorkShare(1, 1, () -> false),
                        Shard.WHOLE,
                        () -> new EmbeddingFolder(folder.toString())
                                .open("key", located.matchFunction().foldedLength()));
                keeping.apply(records);
                keeping.caughtUp();

                assertShows(located, "ann", ONE);
                assertShows(located, "bob", OTHER);
                assertShows(located, "cid", OTHER);
                keeping.close();
            }
        }
    }

    private void assertShows(String subject, Spot spot) {
        assertShows(model, subject, spot);
    }

    /** Asserts that a subject's embedding is that of a spot, cut out by hand. */
    private static void assertShows(ServingModel by, String subject, Spot spot) {
        int side = LocatedModels.CELL;
        Picture scene = LocatedModels.scene(spot);
        byte[] samples = new byte[side * side];
        for (int i = 0; i < samples.length; i++) {
            samples[i] =
                    scene.samples()[(spot.row() * side + i / side) * scene.width() + spot.column() * side + i % side];
        }
        try (ServingModel whole = ServingModels.byDistance(LocatedModels.whole())) {
            float[] embedding = whole.embedder().embedAll(List.of(new Picture(side, side, 1, samples)))[0];
            List<Match> matches = by.gallery().verify(embedding, subject).matches();
            assertEquals(new ReferenceKey(subject, "1"), matches.get(0).reference());
            assertEquals(
                    by.matchFunction().logit(embedding, embedding),
                    matches.get(0).logit(),
                    1e-3);
        }
    }

    private ConsumerRecord<String, byte[]> reference(String subject, Picture picture, @Nullable Region region) {
        Reference reference = new Reference(
                subject,
                "1",
                Instant.EPOCH,
                ByteBuffer.wrap(Probes.png(picture)),
                region == null ? null : region.written());
        return new ConsumerRecord<>("references", 0, offset++, subject + "/1", SERDE.encode(reference));
    }
}
