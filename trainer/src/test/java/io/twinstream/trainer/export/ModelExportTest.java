package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TinyNetwork;
import io.twinstream.trainer.network.TrainedWeights;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.trainer.training.TrainingSettings.Method;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelExportTest {
    private static final ModelIdentity IDENTITY =
            new ModelIdentity("test", "1", null, new TrainingRecord("2026-01-01T00:00:00Z", "none", 1, Map.of()));

    @TempDir
    static Path folder;

    private static ImageSet images;
    private static Training training;

    /** A few steps are enough to move the batch norms' statistics away from 0 and 1, where folding would do nothing. */
    @BeforeAll
    static void train() throws IOException, InterruptedException {
        images = ImageSet.read(Drawings.write(folder, "", 2, 4, 5), 1);
        training = trained("compact", 3, 1);
    }

    private static Training trained(String name, int steps, int seed) throws IOException, InterruptedException {
        TwinNetwork network = network(name);
        TrainingSettings settings = new TrainingSettings(Method.ALL_PAIRS, steps, 6, 2e-3f, 4, 10, seed);
        Training training = new Training(network, images, images, settings, Optional.empty(), Optional.empty());
        training.run(progress -> {});
        return training;
    }

    @AfterAll
    static void close() {
        training.close();
    }

    @Test
    void theExportAgreesWithTheNetwork() throws IOException, ExportException {
        ModelPackage model = pack();

        List<Picture> pictures = images.classes().stream()
                .flatMap(each -> each.images().stream())
                .map(DecodedImage::picture)
                .toList();
        ParityCheck parity = ParityCheck.of(training.network(), model, pictures);
        assertTrue(parity.embedding() < 1e-5 && parity.logit() < 1e-5, parity.toString());
        assertEquals(252, model.manifest().embeddingLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "wide"})
    void everyArchitectureAgreesWithItsExport(String name) throws IOException, InterruptedException {
        TwinNetwork network = network(name);
        TrainingSettings settings = new TrainingSettings(Method.PAPER, 1, 2, 1e-3f, 1, 10, 1);
        try (Training open = new Training(network, images, images, settings, Optional.empty(), Optional.empty())) {
            open.run(progress -> {});

            assertDoesNotThrow(() -> ModelExport.rehearse(network, images));
        }
    }

    @Test
    void aNetworkThatStartsFromAPackageComputesWhatThePackageDoes() throws Exception {
        aChildComputesWhatItsParentDoes(network("compact"), network("compact"));
    }

    @Test
    void soDoesOneOfThePapersLayers() throws Exception {
        aChildComputesWhatItsParentDoes(TinyNetwork.ofThePapersLayers(), TinyNetwork.ofThePapersLayers());
    }

    private static void aChildComputesWhatItsParentDoes(TwinNetwork network, TwinNetwork child) throws Exception {
        TrainingSettings settings = new TrainingSettings(Method.PAPER, 1, 2, 1e-3f, 1, 10, 1);
        try (Training parent = new Training(network, images, images, settings, Optional.empty(), Optional.empty())) {
            parent.run(progress -> {});
            ModelPackage model = PackageArchive.read(new ModelExport(network).pack(IDENTITY, images), "test");
            Optional<TrainedWeights> weights = Optional.of(PackageWeights.of(model));
            try (Training open = new Training(child, images, images, settings, weights, Optional.empty())) {
                ParityCheck parity = ParityCheck.of(child, model, List.of(picture(0), picture(1), picture(2)));

                assertTrue(parity.embedding() < 1e-5 && parity.logit() < 1e-4, parity.toString());
                assertEquals(0, open.step());
            }
        }
    }

    private static TwinNetwork network(String name) {
        Architecture architecture = Architecture.named(name);
        return architecture.network(architecture.defaultInput());
    }

    private static Picture picture(int ofClass) {
        return images.classes().get(ofClass).images().get(0).picture();
    }

    @Test
    void anExportOfOtherWeightsIsRefused() throws IOException, InterruptedException {
        TwinNetwork network = training.network();
        try (Training other = trained("compact", 3, 2)) {
            ModelExport export = new ModelExport(network, EmbedderGraph.of(other.network()), MatcherGraph.of(network));

            String message = assertThrows(ExportException.class, () -> export.pack(IDENTITY, images))
                    .getMessage();
            assertTrue(message.startsWith("the exported model differs from the trained network"), message);
        }
    }

    @Test
    void aMatcherOfOtherWeightsIsRefused() throws IOException, InterruptedException {
        TwinNetwork network = training.network();
        try (Training other = trained("compact", 3, 2)) {
            ModelExport export = new ModelExport(network, EmbedderGraph.of(network), MatcherGraph.of(other.network()));

            assertThrows(ExportException.class, () -> export.pack(IDENTITY, images));
        }
    }

    @Test
    void goldenVectorsAreWhatTheEmbedderAnswers() throws IOException, ExportException {
        ModelPackage model = pack();

        List<GoldenVector> golden = model.manifest().golden();
        assertEquals(4, golden.size());
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            Picture picture = images.classes().get(0).images().get(0).picture();
            assertArrayEquals(
                    embedder.embedAll(List.of(picture))[0], golden.get(0).embedding());
        }
    }

    @Test
    void theMatcherComputesWhatTheMatchFunctionDoes() throws IOException, ExportException, OrtException {
        ModelPackage model = pack();
        float[] probe = model.manifest().golden().get(0).embedding();
        float[] reference = model.manifest().golden().get(1).embedding();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();

        try (OrtSession matcher = environment.createSession(model.file(ModelPackage.MATCHER));
                OnnxTensor probes = OnnxTensor.createTensor(environment, new float[][] {probe, probe});
                OnnxTensor references = OnnxTensor.createTensor(environment, new float[][] {reference, probe});
                OrtSession.Result result = matcher.run(Map.of("probe", probes, "reference", references))) {
            float[][] logit = (float[][]) result.get("logit").orElseThrow().getValue();
            float[][] score = (float[][]) result.get("score").orElseThrow().getValue();
            MatchFunction match = MatchFunction.of(model);
            assertEquals(match.logit(probe, reference), logit[0][0], 1e-5);
            assertEquals(match.score(probe, reference), score[0][0], 1e-5);
            assertEquals(match.logit(probe, probe), logit[1][0], 1e-5);
        }
    }

    @Test
    void theSameNetworkGivesTheSameBytes() throws IOException, ExportException {
        ModelExport export = new ModelExport(training.network());

        assertArrayEquals(export.pack(IDENTITY, images), export.pack(IDENTITY, images));
    }

    private ModelPackage pack() throws IOException, ExportException {
        return PackageArchive.read(new ModelExport(training.network()).pack(IDENTITY, images), "test");
    }
}
