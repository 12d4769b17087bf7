package io.twinstream.deploy.acceptance.galleries;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares probes with references by ONNX Runtime alone, on the calling thread: Sub, Abs and MatMul with the weights, on slices
 * of both, as {@code matcher.onnx} does for pairs.
 */
final class MatcherSlices implements AutoCloseable {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final int probesAtOnce;
    private final List<OnnxTensor> references = new ArrayList<>();

    MatcherSlices(float[] weights, float[][] references, int probesAtOnce, int referencesAtOnce) throws OrtException {
        this.probesAtOnce = probesAtOnce;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(graph(weights), options);
        }
        for (int from = 0; from < references.length; from += referencesAtOnce) {
            int to = Math.min(references.length, from + referencesAtOnce);
            this.references.add(tensor(references, from, to, 1, to - from));
        }
    }

    /** Computes the sums of the weighted distances, a slice after the other, and returns their total. */
    double sums(float[][] probes) throws OrtException {
        double total = 0;
        for (int from = 0; from < probes.length; from += probesAtOnce) {
            int to = Math.min(probes.length, from + probesAtOnce);
            try (OnnxTensor some = tensor(probes, from, to, to - from, 1)) {
                for (OnnxTensor slice : references) {
                    try (OrtSession.Result result = session.run(Map.of("probes", some, "references", slice))) {
                        FloatBuffer sums = ((OnnxTensor) result.get(0)).getFloatBuffer();
                        while (sums.hasRemaining()) {
                            total += sums.get();
                        }
                    }
                }
            }
        }
        return total;
    }

    @Override
    public void close() throws OrtException {
        references.forEach(OnnxTensor::close);
        session.close();
    }

    private OnnxTensor tensor(float[][] rows, int from, int to, long first, long second) throws OrtException {
        int length = rows[from].length;
        FloatBuffer values = ByteBuffer.allocateDirect((to - from) * length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = from; i < to; i++) {
            values.put(rows[i]);
        }
        return OnnxTensor.createTensor(environment, values.rewind(), new long[] {first, second, length});
    }

    private static byte[] graph(float[] weights) {
        TensorProto.Builder column = TensorProto.newBuilder()
                .setName("weights")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(weights.length)
                .addDims(1);
        for (float weight : weights) {
            column.addFloatData(weight);
        }
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(GraphProto.newBuilder()
                        .setName("matcher")
                        .addInput(value("probes", weights.length))
                        .addInput(value("references", weights.length))
                        .addOutput(value("sums", 1))
                        .addInitializer(column)
                        .addNode(node("Sub", "probes", "references", "difference"))
                        .addNode(NodeProto.newBuilder()
                                .setOpType("Abs")
                                .addInput("difference")
                                .addOutput("distance"))
                        .addNode(node("MatMul", "distance", "weights", "sums")))
                .build()
                .toByteArray();
    }

    private static NodeProto node(String operator, String left, String right, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addInput(left)
                .addInput(right)
                .addOutput(output)
                .build();
    }

    private static ValueInfoProto value(String name, int last) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(Dimension.newBuilder().setDimParam(name + "-first"))
                                        .addDim(Dimension.newBuilder().setDimParam(name + "-second"))
                                        .addDim(Dimension.newBuilder().setDimValue(last)))))
                .build();
    }
}
