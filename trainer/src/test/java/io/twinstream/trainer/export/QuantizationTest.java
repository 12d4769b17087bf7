package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TinyNetwork;
import io.twinstream.trainer.network.TwinNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizationTest {
    private static final ModelIdentity IDENTITY =
            new ModelIdentity("test", "1", null, new TrainingRecord("2026-01-01T00:00:00Z", "none", 1, Map.of()));

    @TempDir
    static Path folder;

    private static ImageSet images;
    private static ModelPackage tiny;

    @BeforeAll
    static void quantize() throws Exception {
        images = ImageSet.read(Drawings.write(folder.resolve("images"), "", 2, 4, 5), 1);
        tiny = quantized(TinyNetwork.ofThePapersLayers());
    }

    private static ModelPackage fp32(TwinNetwork network) throws Exception {
        Engine.getInstance().setRandomSeed(1);
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, network.inputShape(1));
            return PackageArchive.read(new ModelExport(network).pack(IDENTITY, images), "test");
        }
    }

    private static ModelPackage quantized(TwinNetwork network) throws Exception {
        return PackageArchive.read(Quantization.of(fp32(network), images, images), "test");
    }

    @Test
    void theVerifierComputesWhatTheNumbersStandFor() throws Exception {
        List<Picture> pictures = ModelExport.pictures(ModelExport.spread(images, 8));

        NetworkOutputs served = NetworkOutputs.served(tiny.at(Precision.INT8), pictures);

        assertTrue(served.embeddingDistance(NetworkOutputs.plain(tiny.at(Precision.INT8), pictures)) < 1e-3);
        double off = served.embeddingDistance(NetworkOutputs.served(tiny, pictures));
        assertTrue(off > 0 && off < 0.01, "off by " + off);
    }

    @Test
    void everyLayerOfThePaperComputesWithBytes() throws Exception {
        List<String> operators = optimised(tiny);

        assertEquals(2, count("QLinearConv", operators), operators.toString());
        assertTrue(operators.contains("QGemm"), operators.toString());
        assertFalse(operators.stream().anyMatch(each -> each.matches("(Fused)?(Conv|Gemm)")), operators.toString());
    }

    @Test
    void everyLayerOfTheDefaultComputesWithBytes() throws Exception {
        Architecture compact = Architecture.named("compact");
        ModelPackage model = quantized(compact.network(compact.defaultInput()));
        List<String> written = operators(model.file(ModelPackage.EMBEDDER));

        List<String> operators = optimised(model);

        assertEquals(count("Conv", written), count("QLinearConv", operators), operators.toString());
        assertFalse(
                operators.stream().anyMatch(each -> each.matches("(Fused)?(Conv|Gemm)|Relu")), operators.toString());
        assertEquals(1, count("QuantizeLinear", operators), operators.toString());
        assertEquals(1, count("DequantizeLinear", operators), operators.toString());
    }

    @Test
    void eachPrecisionHasItsOwnGoldenVectors() {
        List<GoldenVector> exact = tiny.manifest().golden();
        List<GoldenVector> bytes = tiny.at(Precision.INT8).manifest().golden();

        assertEquals(exact.size(), bytes.size());
        for (int i = 0; i < exact.size(); i++) {
            assertTrue(Arrays.equals(exact.get(i).image(), bytes.get(i).image()));
            assertFalse(Arrays.equals(exact.get(i).embedding(), bytes.get(i).embedding()));
        }
    }

    @Test
    void theReleaseSaysWhatWasLostAndHowItWasCalibrated() {
        var facts = tiny.manifest().int8();

        assertTrue(facts.loss() < 1 && facts.evaluation().containsKey("eer"), facts.toString());
        for (String method : List.of("min_max", "percentile", "least_squares")) {
            assertTrue(
                    facts.evaluation().get("distance." + facts.calibration())
                            <= facts.evaluation().get("distance." + method),
                    facts.evaluation().toString());
        }
    }

    @Test
    void aPackageIsQuantizedAgainToTheSameBytes() throws Exception {
        byte[] once = Quantization.of(tiny, images, images);

        assertTrue(Arrays.equals(once, Quantization.of(PackageArchive.read(once, "test"), images, images)));
    }

    @Test
    void tooFewValidationImagesAreRefused() throws Exception {
        ImageSet few = ImageSet.read(Drawings.write(folder.resolve("few"), "", 1, 2, 2), 1);

        assertThrows(DatasetException.class, () -> Quantization.of(tiny, images, few));
    }

    private static List<String> optimised(ModelPackage model) throws Exception {
        Path file = folder.resolve("optimised.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment()
                    .createSession(model.file(ModelPackage.EMBEDDER_INT8), options)
                    .close();
        }
        return operators(Files.readAllBytes(file));
    }

    private static List<String> operators(byte[] onnx) throws Exception {
        return ModelProto.parseFrom(onnx).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    private static long count(String operator, List<String> operators) {
        return operators.stream().filter(operator::equals).count();
    }
}
