package io.twinstream.trainer.evaluation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationPlan;
import io.twinstream.trainer.evaluation.Evaluation.Performance;
import io.twinstream.trainer.evaluation.PairSample.ImagePair;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
    private static final int[][] ONE = {{0}};

    @TempDir
    Path folder;

    private ModelPackage model;
    private HeldOutImages images;

    @BeforeEach
    void draw() throws IOException {
        model = ShippedModel.read("");
        images = HeldOutImages.read(DataSource.of(Drawings.write(folder, "", 2, 6, 5)), 1);
    }

    @Test
    void aScoreIsTheLogitOfTheModelsOwnEmbeddings() {
        Picture probe = images.images().get(0).picture();
        Picture reference = images.images().get(7).picture();
        double expected = logit(embedding(probe), embedding(reference));

        assertEquals(expected, score(model, 1, probe, reference), 1e-4);
    }

    @Test
    void viewsAverageTheLogitsOfTheProbe() {
        Picture probe = images.images().get(0).picture();
        Picture reference = images.images().get(7).picture();
        double sum = 0;
        for (int view = 0; view < 3; view++) {
            sum += logit(embedding(Views.of(probe, view, PictureWarp.ON_PAPER)), embedding(reference));
        }

        assertEquals(sum / 3, score(model, 3, probe, reference), 1e-4);
    }

    @Test
    void referencesAreEmbeddedAsTheManifestAsks() throws IOException {
        Picture probe = images.images().get(0).picture();
        Picture reference = images.images().get(7).picture();
        ModelPackage viewing = enrolling(5);
        float[] enrolled;
        try (Embedder embedder = Embedder.open(viewing, ProviderChoice.CPU)) {
            enrolled = embedder.embedReferences(List.of(reference))[0];
        }

        assertEquals(logit(embedding(probe), enrolled), score(viewing, 1, probe, reference), 1e-4);
        assertTrue(Math.abs(score(viewing, 1, probe, reference) - score(model, 1, probe, reference)) > 1e-3);
    }

    @Test
    void whatIsNotGivenIsNotMeasured() throws IOException {
        Evaluation evaluation =
                Evaluation.of(model, new EvaluationMaterial(List.of(), images, null, null), plan(false));

        assertNull(evaluation.performance().oneShot());
        assertTrue(evaluation.identification().isEmpty());
        assertTrue(evaluation.baselines().isEmpty());
        assertEquals(
                40,
                requireNonNull(evaluation.performance().verification()).scored().scores().length);
        assertEquals(model.sha256(), evaluation.model().sha256());
    }

    @Test
    void baselinesGetTheVerySamePairs() throws IOException {
        Evaluation evaluation =
                Evaluation.of(model, new EvaluationMaterial(List.of(), images, images, images), plan(true));

        List<ImagePair> pairs =
                requireNonNull(evaluation.performance().verification()).scored().pairs();
        assertEquals(
                List.of("pixels", "hausdorff"),
                evaluation.baselines().stream().map(Performance::name).toList());
        for (Performance baseline : evaluation.baselines()) {
            assertEquals(pairs, requireNonNull(baseline.verification()).scored().pairs());
        }
        assertTrue(requireNonNull(evaluation.performance().verification()).otherSet());
        assertEquals(6, evaluation.identification().get(0).gallerySize());
    }

    @Test
    void moreViewsThanThereAreAreRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> ModelComparer.open(model, 10))
                .getMessage();

        assertEquals("views must be 1 to 9, was 10", message);
    }

    private static EvaluationPlan plan(boolean baselines) {
        return new EvaluationPlan(
                new PairPlan(40, 1, false), new IdentificationPlan(0.5, 1, List.of(0.05)), 1, baselines);
    }

    private static double score(ModelPackage model, int views, Picture probe, Picture reference) {
        try (ModelComparer comparer = ModelComparer.open(model, views)) {
            return comparer.scores(List.of(probe), List.of(reference), ONE)[0][0];
        }
    }

    private double logit(float[] probe, float[] reference) {
        return MatchFunction.of(model).logit(probe, reference);
    }

    private float[] embedding(Picture picture) {
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            return embedder.embedAll(List.of(picture))[0];
        }
    }

    private ModelPackage enrolling(int views) throws IOException {
        Manifest m = model.manifest();
        Manifest asking = new Manifest(
                m.format(),
                m.name(),
                m.version(),
                m.parent(),
                m.architecture(),
                m.input(),
                m.embeddingLength(),
                views,
                m.files(),
                m.fmrTable(),
                m.histograms(),
                m.evaluation(),
                m.golden(),
                m.training(),
                null,
                null,
                null,
                null);
        byte[] archive =
                PackageArchive.write(asking, model.file(ModelPackage.EMBEDDER), model.file(ModelPackage.MATCHER));
        return PackageArchive.read(archive, "test");
    }
}
