package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.inference.ReferenceBatch;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.Region.Point;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeds by packages whose locator finds bright cells of an eighth of the picture's side, and whose embedding is the input. */
class LocatedEmbeddingTest {
    private static final int CELL = 10;
    private static final int SIDE = LocatorGraphs.SIDE * CELL;
    private static final float CLOSE = 1e-5f;

    private static Embedder located;
    private static Embedder whole;
    private static Embedder aligned;

    @BeforeAll
    static void open() throws IOException {
        located = Embedder.open(model(Fit.STRETCH, 1, spec(List.of())), ProviderChoice.CPU);
        whole = Embedder.open(model(Fit.STRETCH, 1, null), ProviderChoice.CPU);
        aligned = Embedder.open(
                model(Fit.ALIGN, 1, spec(List.of(new TemplatePoint(0, 0, 0), new TemplatePoint(1, 4, 0)))),
                ProviderChoice.CPU);
    }

    @AfterAll
    static void close() {
        located.close();
        whole.close();
        aligned.close();
    }

    @Test
    void whatIsFoundIsEmbeddedAsIfItHadBeenCutOutByHand() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);

        Embeddings found = located.checkAll(List.of(picture));

        assertEquals(
                List.of(new Region(30, 50, 10, 10, score(found), List.of(new Point(30, 50), new Point(40, 50)))),
                found.regions(0));
        Embeddings byHand = whole.checkAll(List.of(cut(picture, 3, 5)));
        assertArrayEquals(byHand.get(0), found.get(0));
        assertEquals(byHand.cause(0), found.cause(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 13, 70})
    void picturesOfABatchKeepTheirOrderWhetherOrNotSomethingIsFound(int count) {
        Picture[] pictures = new Picture[count];
        for (int i = 0; i < count; i++) {
            pictures[i] = sheet();
            if (i % 3 != 1) {
                patch(pictures[i], i % 8, i / 8 % 8, i);
            }
        }

        Embeddings found = located.checkAll(Arrays.asList(pictures));
        float[][] all = located.embedAll(Arrays.asList(pictures));

        for (int i = 0; i < count; i++) {
            if (i % 3 == 1) {
                assertEquals(UndecidedCause.NOTHING_FOUND, found.cause(i));
                assertNull(found.get(i));
                assertFalse(found.isStuck(i));
                assertEquals(List.of(), found.regions(i));
                assertEquals(0, all[i].length);
            } else {
                float[] byHand = whole.embedAll(List.of(cut(pictures[i], i % 8, i / 8 % 8)))[0];
                assertArrayEquals(byHand, found.get(i));
                assertArrayEquals(byHand, all[i]);
            }
        }
    }

    @Test
    void allRegionsAreEmbeddedWhereAllAreWanted() {
        EmbedBatch batch = located.newBatch(64, 16, new EmbedBatch.Buffers());
        Picture three = sheet();
        patch(three, 1, 1, 1);
        patch(three, 4, 2, 2);
        patch(three, 6, 6, 3);
        Picture one = sheet();
        patch(one, 0, 7, 4);
        for (int round = 0; round < 3; round++) {
            int added = 0;
            while (batch.free() > 1) {
                batch.add(added++ % 2 == 0 ? three : one);
            }

            Embeddings found = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);

            // Four pictures may have sixteen regions each; what is known to have less leaves room for more.
            assertTrue(added > 4, "only %d pictures".formatted(added));
            for (int i = 0; i < added; i++) {
                assertEquals(i % 2 == 0 ? 3 : 1, found.all(i).size());
                for (int region = 0; region < found.all(i).size(); region++) {
                    Region where = found.regions(i).get(region);
                    Picture byHand = cut(i % 2 == 0 ? three : one, (int) where.x() / CELL, (int) where.y() / CELL);
                    Embeddings expected = whole.checkAll(List.of(byHand));
                    assertArrayEquals(expected.get(0), found.all(i).get(region));
                    assertEquals(expected.cause(0), found.causeOf(i, region));
                }
            }
        }
    }

    @Test
    void aBatchOfTheLargestAloneTellsOfTheOthersToo() {
        Picture two = sheet();
        patch(two, 1, 1, 1);
        patch(two, 4, 2, 2);
        Picture one = sheet();
        patch(one, 1, 1, 1);

        Embeddings found = located.checkAll(List.of(two, one));

        assertEquals(2, found.regions(0).size());
        assertEquals(1, found.all(0).size());
        assertTrue(found.isAmbiguous(0));
        assertFalse(found.isAmbiguous(1));
    }

    @Test
    void aSendersRegionIsTakenAndNothingIsLookedFor() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        EmbedBatch batch = located.newBatch(4);
        Region dark = new Region(20, 20, 20, 20, 1, List.of());
        batch.add(picture, dark);
        batch.add(picture);
        batch.add(picture, new Region(900, 0, 5, 5, 1, List.of()));

        Embeddings found = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);

        assertArrayEquals(whole.embedAll(List.of(part(picture, 20, 20, 20)))[0], found.get(0));
        assertEquals(List.of(dark), found.regions(0));
        assertArrayEquals(whole.embedAll(List.of(cut(picture, 3, 5)))[0], found.get(1));
        assertEquals(UndecidedCause.NOTHING_FOUND, found.cause(2));
    }

    @Test
    void aSendersRegionIsCutOutToWhereAPackageHasNoLocator() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        EmbedBatch batch = whole.newBatch(4);
        batch.add(picture, new Region(30, 50, 10, 10, 1, List.of()));
        batch.add(picture);

        float[][] embeddings = batch.run();

        assertArrayEquals(whole.embedAll(List.of(cut(picture, 3, 5)))[0], embeddings[0]);
        assertArrayEquals(whole.embedAll(List.of(picture))[0], embeddings[1]);
    }

    @Test
    void keyPointsAreLaidOntoTheTemplateWhoeverFoundThem() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        EmbedBatch batch = aligned.newBatch(4);
        batch.add(picture);
        batch.add(picture, new Region(0, 0, 5, 5, 1, List.of(new Point(30, 50), new Point(40, 50))));
        // A box without points is searched as a picture of its own: 4 x 4 cells, of 5 pixels each in the locator's
        // input.
        batch.add(picture, new Region(20, 40, 40, 40, 1, List.of()));

        Embeddings found = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);

        assertArrayEquals(found.get(1), found.get(0), CLOSE);
        Region seen = found.regions(2).get(0);
        assertTrue(seen.x() >= 30 && seen.x() < 40 && seen.y() >= 50 && seen.y() < 60, seen.toString());
    }

    @Test
    void referencesAreDrawnInAllViewsOfWhatIsFoundInThem() throws IOException {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        Picture byHand = cut(picture, 3, 5);
        float[] mean = new float[16];
        for (int view = 0; view < 3; view++) {
            float[] each = whole.embedAll(List.of(Views.of(byHand, view, PictureWarp.EDGES_GO_ON)))[0];
            for (int i = 0; i < mean.length; i++) {
                mean[i] += each[i] / 3;
            }
        }
        try (Embedder viewed = Embedder.open(model(Fit.STRETCH, 3, spec(List.of())), ProviderChoice.CPU)) {
            ReferenceBatch batch = viewed.newReferenceBatch(32);
            batch.add(sheet());
            batch.add(picture);

            Embeddings found = batch.runEach();

            assertEquals(UndecidedCause.NOTHING_FOUND, found.cause(0));
            assertArrayEquals(mean, found.get(1), CLOSE);
            assertArrayEquals(mean, viewed.embedReferences(List.of(picture))[0], CLOSE);
        }
    }

    @Test
    void aDecoderMayOverwriteAPictureThatWaits() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        float[] expected = located.embedAll(List.of(picture))[0];
        EmbedBatch batch = located.newBatch(2);
        batch.add(picture);

        Arrays.fill(picture.samples(), (byte) 0);

        assertArrayEquals(expected, batch.run()[0]);
    }

    @Test
    void largePicturesAreLocatedBeforeTheyFillTheMemory() {
        // Five of them take 80 MB; 32 are held.
        Picture large = new Picture(4_000, 4_000, 1, new byte[16_000_000]);
        for (int i = 0; i < 500 * 500; i++) {
            large.samples()[(500 + i / 500) * 4_000 + 2_000 + i % 500] = (byte) 200;
        }
        EmbedBatch batch = located.newBatch(8);
        for (int i = 0; i < 5; i++) {
            batch.add(large);
        }

        Embeddings found = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);

        for (int i = 0; i < 5; i++) {
            assertEquals(2_000, found.regions(i).get(0).x());
            assertEquals(500, found.regions(i).get(0).width());
        }
    }

    @Test
    void aBatchStartsAnewWhateverWasFound() {
        EmbedBatch batch = located.newBatch(2);
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        float[] expected = located.embedAll(List.of(picture))[0];
        for (int i = 0; i < 5; i++) {
            batch.add(sheet());
            batch.add(picture);
            assertEquals(0, batch.free());
            float[][] embeddings = batch.run();
            assertEquals(2, batch.free());
            assertEquals(0, embeddings[0].length);
            assertArrayEquals(expected, embeddings[1]);
        }
    }

    @Test
    void whatIsFoundIsLocatedOnceMoreInItsCloseUpWhereThePackageSaysSo() throws IOException {
        LocatorSpec once = spec(List.of());
        LocatorSpec again = new LocatorSpec(
                once.kind(), once.width(), once.height(), once.fit(), once.leastScore(), once.template(), 2.0);
        Picture[] pictures = new Picture[5];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = sheet();
            if (i != 2) {
                patch(pictures[i], i + 1, 5, i);
            }
        }

        try (Embedder closer = Embedder.open(model(Fit.STRETCH, 1, again), ProviderChoice.CPU)) {
            Embeddings found = closer.checkAll(Arrays.asList(pictures));

            for (int i = 0; i < pictures.length; i++) {
                if (i == 2) {
                    assertEquals(UndecidedCause.NOTHING_FOUND, found.cause(i));
                } else {
                    // The close-up shows 20 x 20 pixels in 8 x 8, of which those around the find's centre are the
                    // nearest.
                    Region region = found.regions(i).get(0);
                    assertEquals(CELL / 4f, region.width());
                    assertEquals(CELL / 4f, region.height());
                    assertEquals((i + 1.5) * CELL, region.x() + region.width() / 2, CELL / 4.0);
                    assertEquals(5.5 * CELL, region.y() + region.height() / 2, CELL / 4.0);
                }
            }
        }
    }

    @Test
    void warmingRunsTheLocatorTooAndChangesNothing() {
        Picture picture = sheet();
        patch(picture, 3, 5, 1);
        float[] before = located.embedAll(List.of(picture))[0];
        EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();

        located.warm(16, buffers);

        EmbedBatch batch = located.newBatch(16, buffers);
        batch.add(picture);
        assertArrayEquals(before, batch.run()[0]);
    }

    @Test
    void aLocatorOfAnotherKindIsRefusedWithTheReason() throws IOException {
        LocatorSpec blazeface = new LocatorSpec(
                LocatorSpec.Kind.BLAZEFACE, LocatorGraphs.SIDE, LocatorGraphs.SIDE, Fit.STRETCH, 0.5, List.of());
        LocatorSpec larger = new LocatorSpec(LocatorSpec.Kind.BOXES, 16, 16, Fit.STRETCH, 0.5, List.of());

        assertRefused("a locator of kind blazeface and 8 x 8 pixels gives", model(Fit.STRETCH, 1, blazeface));
        assertRefused(
                "the locator's image should have the shape [-1, 3, 16, 16], and has [-1, 3, 8, 8]",
                model(Fit.STRETCH, 1, larger));
    }

    private static void assertRefused(String begin, ModelPackage model) {
        String reason = assertThrows(InferenceException.class, () -> Embedder.open(model, ProviderChoice.CPU))
                .getMessage();
        assertTrue(reason.startsWith(begin), reason);
    }

    private static float score(Embeddings found) {
        return found.regions(0).get(0).score();
    }

    private static Picture sheet() {
        return new Picture(SIDE, SIDE, 1, new byte[SIDE * SIDE]);
    }

    /** Draws a bright cell whose samples depend on a seed. */
    private static void patch(Picture picture, int column, int row, int seed) {
        for (int i = 0; i < CELL * CELL; i++) {
            int at = (row * CELL + i / CELL) * SIDE + column * CELL + i % CELL;
            picture.samples()[at] = (byte) (150 + (i + seed * 11) % 100);
        }
    }

    private static Picture cut(Picture picture, int column, int row) {
        return part(picture, column * CELL, row * CELL, CELL);
    }

    private static Picture part(Picture picture, int x, int y, int side) {
        byte[] samples = new byte[side * side];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = picture.samples()[(y + i / side) * picture.width() + x + i % side];
        }
        return new Picture(side, side, 1, samples);
    }

    private static LocatorSpec spec(List<TemplatePoint> template) {
        return new LocatorSpec(
                LocatorSpec.Kind.BOXES, LocatorGraphs.SIDE, LocatorGraphs.SIDE, Fit.STRETCH, 0.5, template);
    }

    private static ModelPackage model(Fit fit, int views, LocatorSpec locator) throws IOException {
        ModelPackage shipped = ShippedModel.read("");
        Manifest m = shipped.manifest();
        Preparation preparation = new Preparation(
                fit, 0, Resampling.AREA, ColourOrder.GRAY, List.of(0.0), List.of(255.0), Normalisation.NONE);
        int side = LocatorGraphs.EMBEDDED;
        Manifest manifest = new Manifest(
                Manifest.FORMAT_OF_IMPORTED,
                "cells",
                "1",
                null,
                "imported",
                new InputSpec(side, side, 1, false, preparation),
                side * side,
                views,
                m.files(),
                m.fmrTable(),
                m.histograms(),
                m.evaluation(),
                List.of(),
                m.training(),
                null,
                null,
                null,
                locator);
        return PackageArchive.read(
                PackageArchive.write(
                        manifest,
                        LocatorGraphs.embedder(1),
                        shipped.file(ModelPackage.MATCHER),
                        locator == null ? null : LocatorGraphs.ofPackage()),
                "test");
    }
}
