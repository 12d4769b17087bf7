package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.ModelId;
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
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
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
        List<String> written = Optimised.written(model.file(ModelPackage.EMBEDDER));

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
    void theFirstLayerIsWrittenInItsFastFormToTheSameBits() throws Exception {
        ModelPackage layerByLayer =
                PackageArchive.read(Quantization.layerByLayer(tiny, images, images), "layer by layer");
        List<Picture> pictures = ModelExport.all(images);

        assertFalse(optimised(layerByLayer).contains("SpaceToDepth"));
        assertTrue(optimised(tiny).contains("SpaceToDepth"));
        assertTrue(Arrays.deepEquals(int8(layerByLayer, pictures), int8(tiny, pictures)));
        assertEquals(
                layerByLayer.manifest().int8().evaluation(),
                tiny.manifest().int8().evaluation());
    }

    @Test
    void aPackageFromBeforeGetsTheFastFormAsANewVersion() throws Exception {
        ModelPackage before = PackageArchive.read(Quantization.layerByLayer(tiny, images, images), "before");

        ModelPackage after = PackageArchive.read(Int8Stem.asVersion(before, "2"), "after");

        assertEquals(new ModelId("test", "2"), ModelId.of(after.manifest()));
        assertEquals(before.origin(), after.manifest().parent());
        assertArrayEquals(tiny.file(ModelPackage.EMBEDDER_INT8), after.file(ModelPackage.EMBEDDER_INT8));
        assertArrayEquals(before.file(ModelPackage.EMBEDDER), after.file(ModelPackage.EMBEDDER));
        assertArrayEquals(
                before.manifest().int8().golden().get(0).embedding(),
                after.manifest().int8().golden().get(0).embedding());
    }

    @Test
    void aPackageThatCantGetTheFastFormIsRefused() throws Exception {
        ModelPackage exact = fp32(TinyNetwork.ofThePapersLayers());

        String has = assertThrows(ExportException.class, () -> Int8Stem.asVersion(tiny, "2"))
                .getMessage();
        String none = assertThrows(ExportException.class, () -> Int8Stem.asVersion(exact, "2"))
                .getMessage();

        assertTrue(has.startsWith("the int8 embedder of test/1 has its fastest form already"), has);
        assertTrue(none.startsWith("test/1 has no int8 embedder"), none);
    }

    private static float[][] int8(ModelPackage model, List<Picture> pictures) {
        try (Embedder embedder = Embedder.open(model.at(Precision.INT8), ProviderChoice.CPU)) {
            return embedder.embedAll(pictures);
        }
    }

    @Test
    void tooFewValidationImagesAreRefused() throws Exception {
        ImageSet few = ImageSet.read(Drawings.write(folder.resolve("few"), "", 1, 2, 2), 1);

        assertThrows(DatasetException.class, () -> Quantization.of(tiny, images, few));
    }

    private static List<String> optimised(ModelPackage model) throws Exception {
        return Optimised.operators(model.file(ModelPackage.EMBEDDER_INT8));
    }

    private static long count(String operator, List<String> operators) {
        return operators.stream().filter(operator::equals).count();
    }
}
