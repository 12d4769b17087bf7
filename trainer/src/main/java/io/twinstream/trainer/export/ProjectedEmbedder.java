package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Writes an embedder with a projection behind it, a Gemm and a Sigmoid. What was {@code embedding [n, length]} becomes an inner
 * value, and the projected one takes its name and shape. All else of the graph stays as it is, its opset too.
 */
public final class ProjectedEmbedder {
    private static final String EMBEDDING = "embedding";
    private static final String OWN = "projection";

    private ProjectedEmbedder() {}

    /**
     * Appends a projection, {@code sigmoid(embedding * weights + shift)}.
     *
     * @param embedder {@code embedder.onnx} of a package
     * @param weights {@code [length][length]} by rows, one row for each component of an embedding
     * @param shift {@code [length]}
     * @throws ExportException if the embedder can't be read
     */
    public static byte[] of(byte[] embedder, float[] weights, float[] shift) throws ExportException {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(embedder);
        } catch (InvalidProtocolBufferException e) {
            throw new ExportException("the embedder is no ONNX file: " + e.getMessage());
        }
        Set<String> taken = names(model.getGraph());
        String prefix = OWN;
        for (int number = 2; isTaken(prefix, taken); number++) {
            prefix = OWN + number;
        }
        String inner = prefix + ".embedding";
        UnaryOperator<String> renamed = name -> name.equals(EMBEDDING) ? inner : name;
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        for (NodeProto node : model.getGraph().getNodeList()) {
            NodeProto.Builder changed = node.toBuilder().clearInput().clearOutput();
            node.getInputList().forEach(each -> changed.addInput(renamed.apply(each)));
            node.getOutputList().forEach(each -> changed.addOutput(renamed.apply(each)));
            graph.addNode(changed);
        }
        int length = shift.length;
        graph.addInitializer(constant(prefix + ".weights", weights, length, length))
                .addInitializer(constant(prefix + ".shift", shift, length))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Gemm")
                        .addAllInput(Arrays.asList(inner, prefix + ".weights", prefix + ".shift"))
                        .addOutput(prefix + ".sum"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Sigmoid")
                        .addInput(prefix + ".sum")
                        .addOutput(EMBEDDING));
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    private static boolean isTaken(String prefix, Set<String> taken) {
        return taken.stream().anyMatch(name -> name.startsWith(prefix + "."));
    }

    private static Set<String> names(GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getInitializerList().forEach(each -> names.add(each.getName()));
        graph.getInputList().forEach(each -> names.add(each.getName()));
        graph.getNodeList().forEach(each -> names.addAll(each.getOutputList()));
        return names;
    }

    private static TensorProto constant(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.build();
    }
}
