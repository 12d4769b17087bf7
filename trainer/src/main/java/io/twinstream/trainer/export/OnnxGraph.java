package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph is a model in the making, in opset {@value #OPSET} and IR version {@value #IR_VERSION}. Its nodes stand
 * in the order they are added, which must be one in which they can run. The same calls give the same bytes.
 */
final class OnnxGraph {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph;

    OnnxGraph(String name) {
        graph = GraphProto.newBuilder().setName(name);
    }

    /** Makes an empty graph with another's name, inputs and outputs. */
    static OnnxGraph like(GraphProto other) {
        OnnxGraph like = new OnnxGraph(other.getName());
        like.graph.addAllInput(other.getInputList()).addAllOutput(other.getOutputList());
        return like;
    }

    /** Returns whether a model is of the opset and the IR version that are written here. */
    static boolean isOwn(ModelProto model) {
        return model.getIrVersion() == IR_VERSION
                && model.getOpsetImportCount() == 1
                && model.getOpsetImport(0).getVersion() == OPSET;
    }

    /** Adds a float input with a free batch size: {@code [n, shape...]}. */
    OnnxGraph input(String name, long... shape) {
        graph.addInput(value(name, true, shape));
        return this;
    }

    /** Adds a float output with a free batch size: {@code [n, shape...]}. */
    OnnxGraph output(String name, long... shape) {
        graph.addOutput(value(name, true, shape));
        return this;
    }

    /** Adds a float output that doesn't depend on the batch. */
    OnnxGraph constantOutput(String name, long... shape) {
        graph.addOutput(value(name, false, shape));
        return this;
    }

    OnnxGraph constant(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(name, TensorProto.DataType.FLOAT, bytes, shape);
    }

    OnnxGraph constant(String name, long[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(name, TensorProto.DataType.INT64, bytes, shape);
    }

    OnnxGraph constant(String name, int[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return constant(name, TensorProto.DataType.INT32, bytes, shape);
    }

    /** @param type {@code INT8} or {@code UINT8} */
    OnnxGraph constant(String name, TensorProto.DataType type, byte[] values, long... shape) {
        return constant(name, type, ByteBuffer.wrap(values), shape);
    }

    OnnxGraph constant(TensorProto constant) {
        graph.addInitializer(constant);
        return this;
    }

    OnnxGraph node(NodeProto node) {
        graph.addNode(node);
        return this;
    }

    /**
     * Adds a node that turns bytes, with their scales and zero points, into floats; each index of the axis has a scale.
     */
    OnnxGraph dequantized(List<String> inputs, int axis, String output) {
        return node("DequantizeLinear", inputs, output, "axis", axis);
    }

    OnnxGraph node(String operator, List<String> inputs, String output) {
        return node(operator, inputs, output, Map.of());
    }

    /** Adds a node with an attribute that is one integer. */
    OnnxGraph node(String operator, List<String> inputs, String output, String attribute, long value) {
        return node(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAttribute(AttributeProto.newBuilder()
                        .setName(attribute)
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(value))
                .build());
    }

    /** Adds a node with attributes that are lists of integers. */
    OnnxGraph node(String operator, List<String> inputs, String output, Map<String, long[]> attributes) {
        NodeProto.Builder node =
                NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addOutput(output);
        attributes.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            AttributeProto.Builder attribute =
                    AttributeProto.newBuilder().setName(entry.getKey()).setType(AttributeProto.AttributeType.INTS);
            Arrays.stream(entry.getValue()).forEach(attribute::addInts);
            node.addAttribute(attribute);
        });
        return node(node.build());
    }

    byte[] toBytes() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("twinstream")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private OnnxGraph constant(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        return this;
    }

    private static ValueInfoProto value(String name, boolean batched, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        if (batched) {
            dimensions.addDim(Dimension.newBuilder().setDimParam("n"));
        }
        Arrays.stream(shape)
                .forEach(size -> dimensions.addDim(Dimension.newBuilder().setDimValue(size)));
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(dimensions);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
