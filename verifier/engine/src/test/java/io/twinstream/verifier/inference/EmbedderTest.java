package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedderTest {
    private static final float CLOSE = 1e-5f;
    private static final List<Picture> PICTURES = new ArrayList<>();
    private static final List<float[]> ALONE = new ArrayList<>();

    private static Embedder embedder;

    @BeforeAll
    static void embedEachAlone() {
        embedder = Embedder.open(Models.SHIPPED, ProviderChoice.CPU);
        Random random = new Random(1);
        EmbedBatch batch = embedder.newBatch(1);
        for (int i = 0; i < 33; i++) {
            PICTURES.add(Models.picture(random));
            batch.add(PICTURES.get(i));
            ALONE.add(batch.run()[0]);
        }
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    @Test
    void picturesThatDifferHaveEmbeddingsThatDiffer() {
        assertTrue(largestDifference(ALONE.get(0), ALONE.get(1)) > 1e-3);
        assertEquals(embedder.embeddingLength(), ALONE.get(0).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 31, 32, 33})
    void aBatchOfAnySizeGivesEachPictureItsOwnEmbeddingInOrder(int size) {
        EmbedBatch batch = embedder.newBatch(33);
        for (int i = 0; i < size; i++) {
            batch.add(PICTURES.get((i + size) % 33));
        }

        float[][] embeddings = batch.run();

        assertEquals(size, embeddings.length);
        for (int i = 0; i < size; i++) {
            assertArrayEquals(ALONE.get((i + size) % 33), embeddings[i], CLOSE);
        }
    }

    @Test
    void aBatchStartsAnewAfterEachRun() {
        EmbedBatch batch = embedder.newBatch(4);
        for (int i = 0; i < 12; i++) {
            batch.add(PICTURES.get(i));
            batch.add(PICTURES.get(i + 1));
            assertEquals(2, batch.free());

            float[][] embeddings = batch.run();

            assertEquals(4, batch.free());
            assertArrayEquals(ALONE.get(i), embeddings[0], CLOSE);
            assertArrayEquals(ALONE.get(i + 1), embeddings[1], CLOSE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 16, 32, 64})
    void aBatchCutIntoRunsOfAnySizeGivesTheSameEmbeddings(int cut) {
        try (Embedder own = Embedder.open(Models.SHIPPED, ProviderChoice.CPU)) {
            own.cut(cut);

            float[][] embeddings = own.embedAll(PICTURES);

            for (int i = 0; i < PICTURES.size(); i++) {
                assertArrayEquals(ALONE.get(i), embeddings[i], CLOSE);
            }
        }
    }

    @Test
    void int8GivesTheSameBitsHoweverABatchIsCut() {
        try (Embedder own = Embedder.open(Models.SHIPPED.at(Precision.INT8), ProviderChoice.CPU)) {
            float[][] whole = own.embedAll(PICTURES);
            for (int cut : new int[] {1, 4, 16}) {
                own.cut(cut);

                float[][] embeddings = own.embedAll(PICTURES);

                for (int i = 0; i < PICTURES.size(); i++) {
                    assertArrayEquals(whole[i], embeddings[i], "picture %d in runs of %d".formatted(i, cut));
                }
            }
        }
    }

    @Test
    void theSizeThatIsMeasuredToBeTheBestCutsBatches() {
        try (Embedder own = Embedder.open(Models.SHIPPED, ProviderChoice.CPU)) {
            BatchTimes times = own.measureCut(8, new EmbedBatch.Buffers());

            assertEquals(
                    List.of(1, 2, 4, 8),
                    times.sizes().stream().map(BatchTimes.BatchTime::images).toList());
            assertEquals(times.best(), own.cut());
        }
    }

    @Test
    void aRunIsOfAPowerOfTwoOfImages() {
        assertThrows(IllegalArgumentException.class, () -> embedder.cut(12));
        assertThrows(IllegalArgumentException.class, () -> embedder.cut(0));
    }

    @Test
    void anEmptyBatchGivesNothing() {
        assertEquals(0, embedder.newBatch(4).run().length);
    }

    @Test
    void aFullBatchTakesNoMore() {
        EmbedBatch batch = embedder.newBatch(1);
        batch.add(PICTURES.get(0));

        assertThrows(IllegalStateException.class, () -> batch.add(PICTURES.get(1)));
        assertArrayEquals(ALONE.get(0), batch.run()[0], CLOSE);
    }

    @Test
    void anyNumberOfPicturesIsEmbeddedInOrder() {
        List<Picture> many = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            many.add(PICTURES.get(i * 7 % 33));
        }

        float[][] embeddings = embedder.embedAll(many);

        assertEquals(150, embeddings.length);
        for (int i = 0; i < 150; i++) {
            assertArrayEquals(ALONE.get(i * 7 % 33), embeddings[i], CLOSE);
        }
    }

    @Test
    void manyThreadsShareOneSession() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                runs.add(threads.submit(() -> {
                    EmbedBatch batch = embedder.newBatch(8);
                    Random random = new Random(seed);
                    for (int run = 0; run < 25; run++) {
                        int size = 1 + random.nextInt(8);
                        int first = random.nextInt(33);
                        for (int i = 0; i < size; i++) {
                            batch.add(PICTURES.get((first + i) % 33));
                        }
                        float[][] embeddings = batch.run();
                        for (int i = 0; i < size; i++) {
                            assertArrayEquals(ALONE.get((first + i) % 33), embeddings[i], CLOSE);
                        }
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shapesThatAreNotTheManifestsAreRefused() {
        InputSpec input = Models.SHIPPED.manifest().input();
        int length = Models.SHIPPED.manifest().embeddingLength();

        assertRefused(Models.claiming(
                new InputSpec(input.width() + 1, input.height(), input.channels(), true), length, List.of()));
        assertRefused(Models.claiming(new InputSpec(input.width(), input.height(), 3, true), length, List.of()));
        assertRefused(Models.claiming(input, length + 1, List.of()));
    }

    @Test
    void bytesThatAreNoNetworkAreRefused() {
        assertRefused(Models.of(new byte[] {1, 2, 3}, Models.SHIPPED.file(ModelPackage.MATCHER)));
        assertRefused(Models.of(new byte[0], Models.SHIPPED.file(ModelPackage.MATCHER)));
    }

    @Test
    void aMatcherThatIsNoneIsRefused() {
        for (byte[] matcher : new byte[][] {{1, 2, 3}, Models.SHIPPED.file(ModelPackage.EMBEDDER)}) {
            InferenceException error = assertThrows(
                    InferenceException.class,
                    () -> MatcherWeights.of(Models.of(Models.SHIPPED.file(ModelPackage.EMBEDDER), matcher)));
            assertOneLine(error);
        }
    }

    @Test
    void cudaOnABuildForCpusFailsWithWhatToDo() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));

        InferenceException error =
                assertThrows(InferenceException.class, () -> Embedder.open(Models.SHIPPED, ProviderChoice.CUDA));

        assertOneLine(error);
        assertTrue(error.getMessage().contains("mvn -Pcuda"), error.getMessage());
    }

    @Test
    void autoRunsOnTheCpuWhereThereIsNoCuda() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));

        try (Embedder auto = Embedder.open(Models.SHIPPED, ProviderChoice.AUTO)) {
            assertEquals("CPU", auto.provider());
            assertArrayEquals(ALONE.get(0), auto.embedAll(List.of(PICTURES.get(0)))[0], CLOSE);
        }
    }

    private static void assertRefused(ModelPackage model) {
        assertOneLine(assertThrows(InferenceException.class, () -> Embedder.open(model, ProviderChoice.CPU)));
    }

    private static void assertOneLine(InferenceException error) {
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    private static float largestDifference(float[] a, float[] b) {
        float largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
