package io.twinstream.verifier.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.inference.ProviderChoice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    private static final Manifest MANIFEST = Models.SHIPPED.manifest();

    @Test
    void theShippedModelPasses() {
        assertTrue(MANIFEST.golden().size() > 1);

        run(Models.SHIPPED);
    }

    @Test
    void soDoesItAtInt8WithGoldenVectorsOfItsOwn() {
        run(Models.SHIPPED.at(Precision.INT8));
    }

    @Test
    void oneComponentThatDiffersIsRefused() {
        for (int component : new int[] {0, MANIFEST.embeddingLength() - 1}) {
            GoldenVector golden = MANIFEST.golden().get(0);
            float[] embedding = golden.embedding().clone();
            embedding[component] += 0.01f;

            assertRefused(MANIFEST.golden().get(1), new GoldenVector(golden.image(), embedding));
        }
    }

    @Test
    void anotherImageIsRefused() {
        assertRefused(new GoldenVector(
                MANIFEST.golden().get(0).image(), MANIFEST.golden().get(1).embedding()));
    }

    @Test
    void anEmbeddingOfAnotherLengthIsRefused() {
        GoldenVector golden = MANIFEST.golden().get(0);

        assertRefused(new GoldenVector(golden.image(), Arrays.copyOf(golden.embedding(), 5)));
    }

    @Test
    void anImageThatCantBeDecodedIsRefused() {
        assertRefused(new GoldenVector(new byte[3], MANIFEST.golden().get(0).embedding()));
    }

    @Test
    void aModelThatCantBeTestedIsRefused() {
        assertRefused();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path absent = Path.of("no", "such.zip");

        Exception error = assertThrows(Exception.class, () -> ShippedModel.read(absent.toString()));

        assertEquals("no model package at " + absent, error.getMessage());
    }

    private static void assertRefused(GoldenVector... golden) {
        ModelPackage model = Models.claiming(MANIFEST.input(), MANIFEST.embeddingLength(), List.of(golden));

        InferenceException error = assertThrows(InferenceException.class, () -> run(model));

        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    private static void run(ModelPackage model) {
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            SelfTest.run(model.manifest(), embedder);
        }
    }
}
