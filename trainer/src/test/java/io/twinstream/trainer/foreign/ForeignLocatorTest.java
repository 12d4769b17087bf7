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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForeignLocatorTest {
    private static final List<Double> HALF = List.of(127.5, 127.5, 127.5);
    private static final List<Double> NONE = List.of(0.0, 0.0, 0.0);
    private static final List<Double> WHOLE = List.of(255.0, 255.0, 255.0);

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
