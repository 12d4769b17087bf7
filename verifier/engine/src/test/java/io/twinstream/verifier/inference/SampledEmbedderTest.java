package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.LocatedModels.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tries an embedder that takes samples on the CPU, as it takes them on a device, beside one that takes floats. */
class SampledEmbedderTest {
    private static final int REGIONS = 4;
    private static final int PICTURES = 21;

    private static Embedder floats;
    private static Embedder samples;

    @BeforeAll
    static void open() {
        floats = Embedder.open(LocatedModels.aligned(), ProviderChoice.CPU);
        samples = Embedder.open(LocatedModels.aligned(), ProviderChoice.CPU, true);
    }

    @AfterAll
    static void close() {
        floats.close();
        samples.close();
    }

    @Test
    void samplesAreTakenOnlyWhereEveryPictureHasTheInputsSize() {
        assertEquals(InputForm.FLOATS, floats.form());
        assertEquals(InputForm.SAMPLES, samples.form());
        for (ModelPackage model :
                List.of(LocatedModels.lackingPoints(), LocatedModels.boxed(), LocatedModels.whole(), Models.SHIPPED)) {
            try (Embedder other = Embedder.open(model, ProviderChoice.CPU, true)) {
                assertEquals(InputForm.FLOATS, other.form(), model.manifest().name());
            }
        }
    }

    @Test
    void whatIsFoundHasTheSameBitsAndTheSameCauses() {
        List<Picture> scenes = scenes();
        // In a dark scene nothing is found.
        scenes.add(LocatedModels.scene());

        Embeddings expected = embedded(floats, scenes);
        Embeddings actual = embedded(samples, scenes);

        int judged = 0;
        for (int picture = 0; picture < scenes.size(); picture++) {
            List<float[]> vectors = expected.all(picture);
            assertEquals(vectors.size(), actual.all(picture).size());
            for (int region = 0; region < vectors.size(); region++) {
                assertArrayEquals(vectors.get(region), actual.all(picture).get(region));
                judged++;
            }
            assertEquals(expected.regions(picture), actual.regions(picture));
            assertEquals(expected.cause(picture), actual.cause(picture));
        }
        assertNotEquals(0, judged);
    }

    @Test
    void bothFormsShareTheMemoryOfAThread() {
        EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();
        EmbedBatch small = samples.newBatch(4, buffers);
        EmbedBatch large = floats.newBatch(8, buffers);
        List<Picture> scenes = scenes();

        for (int round = 0; round < 5; round++) {
            for (EmbedBatch batch : List.of(small, large)) {
                scenes.subList(round, round + 4).forEach(batch::add);
                float[][] embeddings = batch.run();
                for (int i = 0; i < embeddings.length; i++) {
                    assertArrayEquals(floats.embedAll(List.of(scenes.get(round + i)))[0], embeddings[i]);
                }
            }
        }
    }

    @Test
    void batchesAreCutMeasuredAndEnrolledAsOnesOfFloats() {
        try (Embedder own = Embedder.open(LocatedModels.aligned(), ProviderChoice.CPU, true)) {
            own.warm(8, new EmbedBatch.Buffers());
            assertEquals(4, own.measureCut(8, new EmbedBatch.Buffers()).sizes().size());
            own.cut(2);

            float[][] expected = floats.embedReferences(scenes());
            float[][] actual = own.embedReferences(scenes());

            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], actual[i]);
            }
        }
    }

    @Test
    void aPictureOfAnotherSizeIsNoImageOfSamples() {
        InputSpec spec = new InputSpec(4, 4, 1, false);
        BatchInput input = new BatchInput(spec, InputForm.SAMPLES, 1, new EmbedBatch.Buffers());

        assertThrows(IllegalArgumentException.class, () -> input.add(new Picture(5, 4, 1, new byte[20])));
        assertThrows(IllegalArgumentException.class, () -> input.add(new Picture(4, 4, 3, new byte[48])));
    }

    @Test
    void anEmbedderWhoseFileIsNotItsOwnGoesOnWithFloats() {
        ModelPackage model = LocatedModels.aligned();
        OnnxInference inference = OnnxInference.open(
                model.file(ModelPackage.EMBEDDER),
                model.manifest().input(),
                model.manifest().embeddingLength(),
                ProviderChoice.CPU);
        try {
            assertEquals(inference, inference.takingSamples(new byte[] {1, 2, 3}));
            assertEquals(inference, inference.takingSamples(Models.SHIPPED.file(ModelPackage.EMBEDDER)));
        } finally {
            inference.close();
        }
    }

    private static Embeddings embedded(Embedder embedder, List<Picture> pictures) {
        EmbedBatch batch = embedder.newBatch(pictures.size() * REGIONS, REGIONS, new EmbedBatch.Buffers());
        pictures.forEach(batch::add);
        return batch.runEach(pictures.size(), Long.MAX_VALUE);
    }

    private static List<Picture> scenes() {
        Random random = new Random(1);
        List<Picture> scenes = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            scenes.add(LocatedModels.scene(
                    new Spot(random.nextInt(3), random.nextInt(7), random.nextInt(50), 5),
                    new Spot(4 + random.nextInt(3), random.nextInt(7), random.nextInt(50), 2)));
        }
        return scenes;
    }
}
