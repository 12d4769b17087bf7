package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignLocatorTest {
    private static final List<Double> HALF = List.of(127.5, 127.5, 127.5);
    private static final List<Double> NONE = List.of(0.0, 0.0, 0.0);
    private static final List<Double> WHOLE = List.of(255.0, 255.0, 255.0);

    @TempDir
    Path folder;

    @Test
    void aBatchOfOneWithChannelsLastBecomesOneOfAnySizeWithChannelsFirst() throws Exception {
        byte[] rewritten = ForeignLocator.rewritten(LocatorGraphs.foreign(), spec(8), ColourOrder.RGB, HALF, HALF);

        try (OrtSession session = session(rewritten)) {
            assertArrayEquals(
                    new long[] {-1, LocatorGraphs.CELLS, 4},
                    ((TensorInfo) session.getOutputInfo().get("boxes").getInfo()).getShape());
            float[] pictures = new float[3 * 3 * LocatorGraphs.CELLS];
            // Red of the second picture's cell 5, and blue of the third one's, which is no score.
            pictures[3 * LocatorGraphs.CELLS + 5] = 0.75f;
            pictures[(2 * 3 + 2) * LocatorGraphs.CELLS + 5] = 1;
            float[][] scores = scores(session, pictures, 3);
            assertEquals(0, scores[0][5], 1e-6);
            assertEquals(0.75f, scores[1][5], 1e-6);
            assertEquals(0, scores[2][5], 1e-6);
        }
    }

    @Test
    void aGraphThatTakesBlueFirstGetsBlueFirst() throws Exception {
        byte[] rewritten = ForeignLocator.rewritten(LocatorGraphs.foreign(), spec(8), ColourOrder.BGR, HALF, HALF);

        try (OrtSession session = session(rewritten)) {
            float[] picture = new float[3 * LocatorGraphs.CELLS];
            picture[2 * LocatorGraphs.CELLS + 7] = 0.5f;
            assertEquals(0.5f, scores(session, picture, 1)[0][7], 1e-6);
        }
    }

    @Test
    void whatCantBeTakenIsRefusedInOneLine() {
        assertRefused("ONNX Runtime can't run the locator on several pictures: ", LocatorGraphs.withoutBatch(), 8);
        assertRefused("a locator of 16 x 16 pixels takes [n, 3, 16, 16]", LocatorGraphs.foreign(), 16);
        assertRefused("the locator is no ONNX file", new byte[] {1, 2, 3}, 8);
        assertRefused(
                "a locator of kind boxes and 16 x 16 pixels gives",
                Onnx.embedder(3, 1, 1, -1).bytes(),
                16);
        assertRefused("the locator's boxes reach up to 1.00, as shares of the input do", shares(), 16);
    }

    @Test
    void aGraphWhoseOwnInputIsCalledImageIsTaken() throws Exception {
        byte[] rewritten = ForeignLocator.rewritten(boxes("image", 16), spec(16), ColourOrder.RGB, NONE, WHOLE);

        try (OrtSession session = session(rewritten)) {
            assertArrayEquals(
                    new long[] {-1, 64, 4},
                    ((TensorInfo) session.getOutputInfo().get("boxes").getInfo()).getShape());
        }
    }

    @Test
    void weightsMayLieBesideTheFileAndNowhereElse() throws Exception {
        Onnx graph = new Onnx()
                .input("input", Onnx.FLOAT, 1, 3, 8, 8)
                .floats("scale", new float[] {8}, 1)
                .node("Mul", List.of("input", "scale"), "scaled")
                .longs("shape", 1, -1, 4)
                .node("Reshape", List.of("scaled", "shape"), "boxes")
                .node("ReduceMax", List.of("boxes"), "scores", Onnx.integers("axes", 2))
                .output("boxes", Onnx.FLOAT, 1, 48, 4)
                .output("scores", Onnx.FLOAT, 1, 48, 1);
        Path beside = graph.external("scale", folder.resolve("scale.bin"), "scale.bin")
                .write(folder.resolve("beside.onnx"));
        LocatorOrder order = new LocatorOrder(beside, spec(8), ColourOrder.RGB, NONE, WHOLE);

        try (OrtSession session = session(order.graph())) {
            assertTrue(session.getOutputInfo().containsKey("boxes"));
        }
        Files.move(folder.resolve("scale.bin"), folder.resolve("elsewhere.bin"));
        String reason = assertThrows(ImportException.class, order::graph).getMessage();
        assertTrue(reason.endsWith("keeps its weights in scale.bin, which isn't in its folder: copy it there"), reason);
    }

    /** Gives each four samples of a picture of 16 x 16 as a box, and the largest as its score. */
    private static byte[] boxes(String input, float scale) {
        return new Onnx()
                .input(input, Onnx.FLOAT, 1, 3, 16, 16)
                .floats("scale", new float[] {scale}, 1)
                .node("Mul", List.of(input, "scale"), "scaled")
                .longs("shape", 1, 64, -1)
                .node("Reshape", List.of("scaled", "shape"), "rows")
                .longs("from", 0)
                .longs("to", 4)
                .longs("axis", 2)
                .node("Slice", List.of("rows", "from", "to", "axis"), "boxes")
                .node("ReduceMax", List.of("boxes"), "scores", Onnx.integers("axes", 2))
                .output("boxes", Onnx.FLOAT, 1, 64, 4)
                .output("scores", Onnx.FLOAT, 1, 64, 1)
                .bytes();
    }

    private static byte[] shares() {
        return boxes("input", 1);
    }

    private static void assertRefused(String begin, byte[] model, int side) {
        String reason = assertThrows(
                        IllegalArgumentException.class,
                        () -> ForeignLocator.rewritten(model, spec(side), ColourOrder.RGB, NONE, WHOLE))
                .getMessage();
        assertTrue(reason.startsWith(begin), reason);
        assertEquals(1, reason.lines().count());
    }

    private static float[][] scores(OrtSession session, float[] pictures, int batch) throws Exception {
        long[] shape = {batch, 3, LocatorGraphs.SIDE, LocatorGraphs.SIDE};
        try (OnnxTensor image =
                        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(pictures), shape);
                OrtSession.Result result = session.run(Map.of("image", image))) {
            return (float[][]) result.get("scores").orElseThrow().getValue();
        }
    }

    private static OrtSession session(byte[] model) throws Exception {
        return OrtEnvironment.getEnvironment().createSession(model, new OrtSession.SessionOptions());
    }

    private static LocatorSpec spec(int side) {
        return new LocatorSpec(LocatorSpec.Kind.BOXES, side, side, Fit.STRETCH, 0.5, List.of());
    }
}
