package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.twinstream.trainer.export.Calibration.ByteScale;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpaceToDepthStemTest {
    private static final int IMAGES = 3;

    private final Random random = new Random(5);

    /**
     * A first layer.
     *
     * @param pads above, to the left, below and to the right
     */
    private record Layer(
            int channels,
            int height,
            int width,
            int filters,
            int kernel,
            int stride,
            long[] pads,
            boolean active,
            int pool,
            int zeroPoint) {
        private int answers(int size, int axis) {
            int answers = (int) (size + pads[axis] + pads[axis + 2] - kernel) / stride + 1;
            return pool > 1 ? answers / pool : answers;
        }

        private int length() {
            return filters * answers(height, 0) * answers(width, 1);
        }

        @Override
        public String toString() {
            return "%d x %d x %d, %d filters of %d by %d, pads %s, %s, pooled by %d, zero is %d"
                    .formatted(
                            channels,
                            height,
                            width,
                            filters,
                            kernel,
                            stride,
                            Arrays.toString(pads),
                            active ? "ReLU" : "no ReLU",
                            pool,
                            zeroPoint);
        }
    }

    @Test
    void anyFirstLayerOfFewChannelsAnswersTheSameToTheBit() throws Exception {
        for (int i = 0; i < 150; i++) {
            Layer layer = drawn();
            byte[] before = quantized(layer);

            Optional<byte[]> after = SpaceToDepthStem.of(before);

            assertEquals(layer.channels < 4, after.isPresent(), layer.toString());
            if (after.isPresent()) {
                float[] images = images(layer);
                float[] expected = answers(before, layer, images, OptLevel.ALL_OPT);
                assertTrue(distinct(expected) > 10, layer + " gives hardly any answers");
                assertArrayEquals(expected, answers(after.get(), layer, images, OptLevel.ALL_OPT), layer.toString());
            }
        }
    }

    @Test
    void itMeansTheSameWithoutOptimisations() throws Exception {
        for (int i = 0; i < 30; i++) {
            Layer layer = drawn();
            byte[] before = quantized(layer);
            Optional<byte[]> after = SpaceToDepthStem.of(before);
            if (after.isPresent()) {
                float[] images = images(layer);

                float[] expected = answers(before, layer, images, OptLevel.NO_OPT);
                float[] actual = answers(after.get(), layer, images, OptLevel.NO_OPT);

                // Sums of floats in another order now and then round to the next byte.
                float level = answerScale(layer).scale();
                assertArrayEquals(expected, actual, 1.01f * level, layer.toString());
                assertTrue(differing(expected, actual) <= expected.length / 1000, layer.toString());
            }
        }
    }

    @Test
    void otherFirstLayersAreLeftAlone() throws Exception {
        long[] pads = {1, 1, 1, 1};
        assertTrue(SpaceToDepthStem.of(quantized(new Layer(1, 12, 12, 8, 3, 1, pads, true, 1, 0)))
                .isEmpty());
        assertTrue(SpaceToDepthStem.of(quantized(new Layer(1, 12, 12, 8, 3, 1, pads, true, 3, 0)))
                .isEmpty());
        assertTrue(SpaceToDepthStem.of(quantized(new Layer(1, 12, 12, 8, 3, 3, pads, true, 2, 0)))
                .isEmpty());
        assertTrue(SpaceToDepthStem.of(quantized(new Layer(4, 12, 12, 8, 3, 1, pads, true, 2, 0)))
                .isEmpty());
        assertTrue(SpaceToDepthStem.of(
                        new OnnxGraph("empty").input("image", 1, 4, 4).toBytes())
                .isEmpty());
    }

    @Test
    void aFirstLayerIsLeftAloneIfAnotherNodeLooksIntoIt() throws Exception {
        byte[] fits = quantized(new Layer(1, 12, 12, 8, 3, 1, new long[] {1, 1, 1, 1}, true, 2, 0));
        ModelProto.Builder model = ModelProto.parseFrom(fits).toBuilder();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput("active")
                        .addOutput("seen"));

        assertTrue(SpaceToDepthStem.of(fits).isPresent());
        assertTrue(SpaceToDepthStem.of(model.build().toByteArray()).isEmpty());
    }

    @Test
    void theNewFormIsLeftAlone() throws Exception {
        byte[] before = quantized(new Layer(1, 12, 12, 8, 5, 1, new long[] {2, 2, 2, 2}, true, 2, 0));

        byte[] after = SpaceToDepthStem.of(before).orElseThrow();

        assertTrue(SpaceToDepthStem.of(after).isEmpty());
    }

    @Test
    void theConvolutionStaysOneOfBytesAndPoolingToo() throws Exception {
        byte[] after = SpaceToDepthStem.of(
                        quantized(new Layer(1, 12, 12, 8, 5, 1, new long[] {2, 2, 2, 2}, true, 2, 0)))
                .orElseThrow();

        List<String> operators = Optimised.operators(after);

        assertTrue(operators.containsAll(List.of("SpaceToDepth", "QLinearConv", "NhwcMaxPool")), operators.toString());
        assertTrue(operators.stream().noneMatch(each -> each.matches("Conv|MaxPool|Pad")), operators.toString());
    }

    private Layer drawn() {
        int kernel = 2 + random.nextInt(6);
        boolean pooled = random.nextBoolean();
        long[] pads = random.ints(4, 0, kernel).asLongStream().toArray();
        if (random.nextBoolean()) {
            Arrays.fill(pads, pads[0]);
        }
        return new Layer(
                1 + random.nextInt(4),
                kernel + 1 + random.nextInt(20),
                kernel + 1 + random.nextInt(20),
                random.nextBoolean() ? 16 : 1 + random.nextInt(20),
                kernel,
                pooled ? 1 : 2,
                pads,
                random.nextBoolean(),
                pooled ? 2 : 1,
                random.nextBoolean() ? 0 : random.nextInt(256));
    }

    private byte[] quantized(Layer layer) throws ExportException {
        OnnxGraph graph = new OnnxGraph("embedder")
                .input("image", layer.channels, layer.height, layer.width)
                .output("embedding", layer.length())
                .constant("weights", normal(layer.filters * weights(layer)), shape(layer))
                .constant("bias", normal(layer.filters), layer.filters)
                .node(
                        "Conv",
                        List.of("image", "weights", "bias"),
                        "convolution",
                        Map.of("strides", new long[] {layer.stride, layer.stride}, "pads", layer.pads));
        String last = "convolution";
        if (layer.active) {
            graph.node("Relu", List.of(last), "active");
            last = "active";
        }
        if (layer.pool > 1) {
            graph.node(
                    "MaxPool",
                    List.of(last),
                    "pool",
                    Map.of(
                            "kernel_shape", new long[] {layer.pool, layer.pool},
                            "strides", new long[] {layer.pool, layer.pool}));
            last = "pool";
        }
        graph.node("Flatten", List.of(last), "flat").node("Identity", List.of("flat"), "embedding");
        return QuantizedGraph.of(
                graph.toBytes(),
                tensor -> tensor.equals("image") ? new ByteScale(1f / 255, layer.zeroPoint) : answerScale(layer));
    }

    /** Returns a scale that cuts some answers off, on both sides. */
    private static ByteScale answerScale(Layer layer) {
        double deviation = 0.6 * Math.sqrt(weights(layer)) + 1;
        return ByteScale.of(layer.active ? 0 : -deviation, 2 * deviation);
    }

    private static int weights(Layer layer) {
        return layer.channels * layer.kernel * layer.kernel;
    }

    private static long[] shape(Layer layer) {
        return new long[] {layer.filters, layer.channels, layer.kernel, layer.kernel};
    }

    private float[] normal(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private float[] images(Layer layer) {
        float[] images = new float[IMAGES * layer.channels * layer.height * layer.width];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat() - layer.zeroPoint / 255f;
        }
        return images;
    }

    private static float[] answers(byte[] model, Layer layer, float[] images, OptLevel level) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {IMAGES, layer.channels, layer.height, layer.width};
        List<Float> answers = new ArrayList<>();
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(level);
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
                    OrtSession.Result result = session.run(Map.of("image", input))) {
                for (float[] image : (float[][]) result.get(0).getValue()) {
                    assertEquals(layer.length(), image.length);
                    for (float answer : image) {
                        answers.add(answer);
                    }
                }
            }
        }
        float[] values = new float[answers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = answers.get(i);
        }
        return values;
    }

    private static long distinct(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        long distinct = 0;
        for (int i = 0; i < sorted.length; i++) {
            distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return distinct;
    }

    private static long differing(float[] expected, float[] actual) {
        long differing = 0;
        for (int i = 0; i < expected.length; i++) {
            differing += expected[i] == actual[i] ? 0 : 1;
        }
        return differing;
    }
}
