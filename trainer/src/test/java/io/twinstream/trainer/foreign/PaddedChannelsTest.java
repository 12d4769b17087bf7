package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaddedChannelsTest {
    private static final int SIDE = 12;

    @ParameterizedTest(name = "{0} then {1} channels, zeros appended by {2}")
    @CsvSource({"24, 28, Concat", "24, 28, Pad", "28, 36, Concat", "28, 36, Pad", "32, 42, Concat", "88, 96, Pad"})
    void aGraphWithPaddedChannelsGivesWhatItGaveBefore(int first, int second, String by) throws Exception {
        byte[] model = detector(first, second, by).bytes();

        byte[] padded = padded(model);

        ModelProto written = ModelProto.parseFrom(padded);
        assertEquals(List.of((first + 15) / 16 * 16), groups(written));
        assertTrue(written.getGraph().getInitializerList().stream()
                .noneMatch(each -> each.getName().equals("weights 0")));
        float[] picture = Onnx.random(3 * SIDE * SIDE);
        for (String output : List.of("scores", "boxes")) {
            assertArrayEquals(
                    Onnx.run(model, "input", output, picture, 1, 3, SIDE, SIDE),
                    Onnx.run(padded, "input", output, picture, 1, 3, SIDE, SIDE),
                    1e-6f,
                    output);
        }
    }

    @Test
    void channelsThatOtherOperatorsTakeStayAsTheyAre() throws Exception {
        Onnx graph = convolution(new Onnx().input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE), 0, "input", 3, 24, "wide")
                .node("Sigmoid", List.of("wide"), "other")
                .node("Relu", List.of("wide"), "known");
        GraphProto read = ModelProto.parseFrom(convolution(graph, 1, "known", 24, 6, "scores")
                        .output("other", Onnx.FLOAT, 1, 24, SIDE, SIDE)
                        .output("scores", Onnx.FLOAT, 1, 6, SIDE, SIDE)
                        .bytes())
                .getGraph();

        assertSame(read, PaddedChannels.of(read));
    }

    @Test
    void channelsThatWouldGrowByMoreThanHalfStayAsTheyAre() throws Exception {
        Onnx graph = convolution(new Onnx().input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE), 0, "input", 3, 20, "wide");
        GraphProto read = ModelProto.parseFrom(convolution(graph, 1, "wide", 20, 6, "scores")
                        .output("scores", Onnx.FLOAT, 1, 6, SIDE, SIDE)
                        .bytes())
                .getGraph();

        assertSame(read, PaddedChannels.of(read));
    }

    @Test
    void anOutputThatIsAlsoTakenKeepsItsChannels() throws Exception {
        Onnx graph = convolution(new Onnx().input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE), 0, "input", 3, 24, "wide");
        GraphProto read = ModelProto.parseFrom(convolution(graph, 1, "wide", 24, 6, "scores")
                        .output("wide", Onnx.FLOAT, 1, 24, SIDE, SIDE)
                        .output("scores", Onnx.FLOAT, 1, 6, SIDE, SIDE)
                        .bytes())
                .getGraph();

        assertSame(read, PaddedChannels.of(read));
    }

    /** Makes a detector as exporters write small ones: a residual block whose shortcut gets channels of zeros. */
    private static Onnx detector(int first, int second, String by) {
        Onnx graph = convolution(new Onnx().input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE), 0, "input", 3, first, "stem")
                .floats("slope", Onnx.random(first), first, 1, 1)
                .node("PRelu", List.of("stem", "slope"), "active")
                .floats("deep", Onnx.random(9 * first), first, 1, 3, 3)
                .node(
                        "Conv",
                        List.of("active", "deep"),
                        "depthwise",
                        Onnx.integer("group", first),
                        Onnx.integers("pads", 1, 1, 1, 1));
        convolution(graph, 1, "depthwise", first, second, "pointwise");
        if (by.equals("Pad")) {
            graph.longs("pads", 0, 0, 0, 0, 0, second - first, 0, 0).node("Pad", List.of("active", "pads"), "shortcut");
        } else {
            graph.longs("sizes", 1, second - first, SIDE, SIDE)
                    .node("ConstantOfShape", List.of("sizes"), "zeros")
                    .node("Concat", List.of("active", "zeros"), "shortcut", Onnx.integer("axis", 1));
        }
        graph.node("Add", List.of("pointwise", "shortcut"), "sum")
                .node("Relu", List.of("sum"), "block")
                .node(
                        "MaxPool",
                        List.of("block"),
                        "pooled",
                        Onnx.integers("kernel_shape", 2, 2),
                        Onnx.integers("strides", 2, 2));
        convolution(graph, 2, "pooled", second, 6, "scores");
        return convolution(graph, 3, "pooled", second, 32, "boxes")
                .output("scores", Onnx.FLOAT, 1, 6, SIDE / 2, SIDE / 2)
                .output("boxes", Onnx.FLOAT, 1, 32, SIDE / 2, SIDE / 2);
    }

    private static Onnx convolution(Onnx graph, int number, String from, int in, int out, String to) {
        String weights = "weights " + number;
        String bias = "bias " + number;
        return graph.floats(weights, Onnx.random(in * out), out, in, 1, 1)
                .floats(bias, Onnx.random(out), out)
                .node("Conv", List.of(from, weights, bias), to);
    }

    private static byte[] padded(byte[] model) throws Exception {
        ModelProto read = ModelProto.parseFrom(model);
        return read.toBuilder()
                .setGraph(PaddedChannels.of(read.getGraph()))
                .build()
                .toByteArray();
    }

    /** Returns the groups of the depthwise convolutions. */
    private static List<Integer> groups(ModelProto model) {
        return model.getGraph().getNodeList().stream()
                .map(NodeProto::getAttributeList)
                .flatMap(List::stream)
                .filter(each -> each.getName().equals("group"))
                .map(AttributeProto::getI)
                .map(Long::intValue)
                .toList();
    }
}
