package io.twinstream.deploy.version;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes embedders that take all the time or memory that they are given. Each is the shipped one with nodes before it that hand
 * the image on as it is, so that whoever waits long enough gets the right embedding.
 */
public final class RunawayGraphs {
    private static final String IMAGE = "image";
    private static final String HANDED_ON = "image-handed-on";
    private static final int FLOATS_IN_GIB = 1 << 28;
    private static final int FLOATS_IN_MIB = 1 << 18;
    /** Share of ink, of 1: whatever is drawn has more. */
    private static final float HARDLY_ANY_INK = 1e-3f;

    private RunawayGraphs() {}

    /** Returns a loop with so many turns; a million take one to two seconds. */
    public static byte[] turning(long turns) throws IOException {
        return before(List.of(loop("turns", IMAGE, HANDED_ON, body())), number("turns", turns));
    }

    /** Returns a loop of so many turns for each of so many. */
    public static byte[] nested(long outer, long inner) throws IOException {
        GraphProto.Builder body = frame("-outer");
        body.addInitializer(number("inner-turns", inner));
        body.addNode(node("Loop", List.of("inner-turns", "goes-on-outer", "carried-outer"), "carried-on-outer")
                .addAttribute(graph(body())));
        return before(List.of(loop("turns", IMAGE, HANDED_ON, body)), number("turns", outer));
    }

    /** Returns a loop without end where a picture of the batch is an empty sheet, and of no turn where none is. */
    public static byte[] turningOnEmptySheets() throws IOException {
        return before(
                List.of(
                        node("ReduceMean", List.of(IMAGE), "ink")
                                .addAttribute(integers("axes", 1, 2, 3))
                                .addAttribute(integer("keepdims", 0)),
                        node("ReduceMin", List.of("ink"), "least-ink").addAttribute(integer("keepdims", 0)),
                        node("Sub", List.of("hardly-any", "least-ink"), "missing-or-negative"),
                        node("Relu", List.of("missing-or-negative"), "missing"),
                        node("Mul", List.of("missing", "many"), "turns-as-float"),
                        node("Cast", List.of("turns-as-float"), "turns")
                                .addAttribute(integer("to", TensorProto.DataType.INT64.getNumber())),
                        loop("turns", IMAGE, HANDED_ON, body())),
                real("hardly-any", HARDLY_ANY_INK),
                real("many", 1e16f));
    }

    /** Returns a loop that keeps a MiB of each of a million turns. */
    public static byte[] hoarding() throws IOException {
        GraphProto.Builder body = body();
        body.addInitializer(shape("mib-shape", FLOATS_IN_MIB));
        body.addNode(node("ConstantOfShape", List.of("mib-shape"), "mib"));
        body.addNode(node("Cast", List.of("turn"), "turn-as-float")
                .addAttribute(integer("to", TensorProto.DataType.FLOAT.getNumber())));
        body.addNode(node("Add", List.of("mib", "turn-as-float"), "kept"));
        body.addOutput(value("kept", TensorProto.DataType.FLOAT, FLOATS_IN_MIB));
        return before(
                List.of(NodeProto.newBuilder()
                        .setOpType("Loop")
                        .addAllInput(List.of("turns", "yes", IMAGE))
                        .addAllOutput(List.of(HANDED_ON, "all-kept"))
                        .addAttribute(graph(body))),
                number("turns", 1_000_000));
    }

    /**
     * Returns the sum of so many constants of a GiB each, which ONNX Runtime works out, and keeps until then, while it opens
     * the model.
     */
    public static byte[] constants(int gibs) throws IOException {
        List<NodeProto.Builder> nodes = new ArrayList<>();
        List<String> constants = new ArrayList<>();
        for (int i = 0; i < gibs; i++) {
            constants.add("constant-" + i);
            // Those that are the same would be one.
            nodes.add(node("ConstantOfShape", List.of("gib-shape"), "constant-" + i)
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("value")
                            .setType(AttributeProto.AttributeType.TENSOR)
                            .setT(real("value-" + i, i).toBuilder().addDims(1))));
        }
        nodes.add(node("Sum", constants, "sum"));
        nodes.add(node("ReduceMax", List.of("sum"), "largest").addAttribute(integer("keepdims", 0)));
        nodes.add(node("Mul", List.of("largest", "nothing"), "zero"));
        nodes.add(node("Add", List.of(IMAGE, "zero"), HANDED_ON));
        return before(nodes, shape("gib-shape", FLOATS_IN_GIB), real("nothing", 0));
    }

    private static byte[] before(List<NodeProto.Builder> nodes, TensorProto... constants) throws IOException {
        ModelProto.Builder model = shipped().toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        List<NodeProto> shipped = List.copyOf(graph.getNodeList());
        graph.clearNode();
        nodes.forEach(graph::addNode);
        for (NodeProto node : shipped) {
            NodeProto.Builder changed = node.toBuilder();
            for (int i = 0; i < node.getInputCount(); i++) {
                changed.setInput(i, node.getInput(i).equals(IMAGE) ? HANDED_ON : node.getInput(i));
            }
            graph.addNode(changed);
        }
        graph.addInitializer(yes("yes")).addAllInitializer(Arrays.asList(constants));
        return model.build().toByteArray();
    }

    private static ModelProto shipped() throws IOException {
        try {
            return ModelProto.parseFrom(ShippedModel.read("").file(ModelPackage.EMBEDDER));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NodeProto.Builder loop(String turns, String in, String out, GraphProto.Builder body) {
        return node("Loop", List.of(turns, "yes", in), out).addAttribute(graph(body));
    }

    /** Returns a body that carries the image on, which costs a turn. */
    private static GraphProto.Builder body() {
        return frame("").addNode(node("Identity", List.of("carried"), "carried-on"));
    }

    /** Returns a loop's body but for what becomes of the image; loops in loops need names of their own. */
    private static GraphProto.Builder frame(String of) {
        return GraphProto.newBuilder()
                .setName("body" + of)
                .addInput(value("turn" + of, TensorProto.DataType.INT64))
                .addInput(value("goes-on" + of, TensorProto.DataType.BOOL))
                .addInput(value("carried" + of, TensorProto.DataType.FLOAT, 0, 0, 0, 0))
                .addOutput(value("still-goes-on" + of, TensorProto.DataType.BOOL))
                .addOutput(value("carried-on" + of, TensorProto.DataType.FLOAT, 0, 0, 0, 0))
                .addNode(node("Identity", List.of("goes-on" + of), "still-goes-on" + of));
    }

    private static NodeProto.Builder node(String operator, List<String> inputs, String output) {
        return NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addOutput(output);
    }

    private static AttributeProto graph(GraphProto.Builder body) {
        return AttributeProto.newBuilder()
                .setName("body")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    private static TensorProto number(String name, long value) {
        return scalar(name, TensorProto.DataType.INT64, bytes(Long.BYTES).putLong(0, value));
    }

    private static TensorProto shape(String name, long size) {
        return number(name, size).toBuilder().addDims(1).build();
    }

    private static TensorProto real(String name, float value) {
        return scalar(name, TensorProto.DataType.FLOAT, bytes(Float.BYTES).putFloat(0, value));
    }

    private static TensorProto yes(String name) {
        return scalar(name, TensorProto.DataType.BOOL, bytes(1).put(0, (byte) 1));
    }

    private static TensorProto scalar(String name, TensorProto.DataType type, ByteBuffer bytes) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param sizes 0 for one that is open */
    private static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int i = 0; i < sizes.length; i++) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (sizes[i] == 0) {
                dimension.setDimParam(name + "-" + i);
            } else {
                dimension.setDimValue(sizes[i]);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }
}
