package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.LabelledImage;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelExportTest {
    private static final ModelIdentity IDENTITY =
            new ModelIdentity("test", "1", new TrainingRecord("2026-01-01T00:00:00Z", "none", 1, Map.of()));

    @TempDir
    Path folder;

    private ImageSet images;
    private Training training;

    /** A few steps are enough to move the batch norms' statistics away from 0 and 1, where folding would do nothing. */
    @BeforeEach
    void train() throws IOException, InterruptedException {
        images = ImageSet.read(Drawings.write(folder, "", 2, 4, 5), 1);
        TrainingSettings settings = new TrainingSettings(3, 6, 2e-3f, 1e-5f, 1);
        training = new Training(TwinNetwork.compact(), images, settings);
        training.run(progress -> {});
    }

    @AfterEach
    void close() {
        training.close();
    }

    @Test
    void theExportAgreesWithTheNetwork() throws IOException, ExportException {
        ModelPackage model = pack();

        List<Picture> pictures = images.classes().stream()
                .flatMap(each -> each.images().stream())
                .map(LabelledImage::picture)
                .toList();
        ParityCheck parity = ParityCheck.of(training.network(), model, pictures);
        assertTrue(parity.embedding() < 1e-5 && parity.logit() < 1e-5, parity.toString());
        assertEquals(1152, model.manifest().embeddingLength());
    }

    @Test
    void anExportOfOtherWeightsIsRefused() throws InterruptedException {
        TwinNetwork network = training.network();
        byte[] stale = EmbedderGraph.of(network);
        training.run(progress -> {});

        ModelExport export = new ModelExport(network, stale, MatcherGraph.of(network));

        String message = assertThrows(ExportException.class, () -> export.pack(IDENTITY, images))
                .getMessage();
        assertTrue(message.startsWith("the exported model differs from the trained network"), message);
    }

    @Test
    void aMatcherOfOtherWeightsIsRefused() throws InterruptedException {
        TwinNetwork network = training.network();
        byte[] stale = MatcherGraph.of(network);
        training.run(progress -> {});

        ModelExport export = new ModelExport(network, EmbedderGraph.of(network), stale);

        assertThrows(ExportException.class, () -> export.pack(IDENTITY, images));
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
