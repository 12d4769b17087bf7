package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes ONNX models by hand, as exporters of all kinds write them, and runs them as their owners do. */
public final class Onnx {
    public static final int FLOAT = DataType.FLOAT_VALUE;
    public static final int LENGTH = 8;

    private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("foreign");
    private long opset = 13;

    /** Adds a small embedder of c x 16 x 16: average pooling, a Reshape to this shape, a product and a tanh. */
    public static Onnx embedder(int channels, long batch, long... shape) {
        return new Onnx()
                .input("input", FLOAT, batch, channels, 16, 16)
                .pooled("input", channels)
                .longs("shape", shape)
                .node("Reshape", List.of("pooled", "shape"), "flat")
                .headed("flat", channels)
                .output("output", FLOAT, batch, LENGTH);
    }

    /** Adds the same embedder, with a batch of 1 in a shape that is computed of constants, where no Reshape names it. */
    public static Onnx rigid() {
        return new Onnx()
                .input("input", FLOAT, 1, 3, 16, 16)
                .pooled("input", 3)
                .longs("one", 1)
                .longs("rest", 48)
                .node("Concat", List.of("one", "rest"), "shape", integer("axis", 0))
                .node("Reshape", List.of("pooled", "shape"), "flat")
                .headed("flat", 3)
                .output("output", FLOAT, 1, LENGTH);
    }

    public Onnx pooled(String from, int channels) {
        return node("AveragePool", List.of(from), "pooled", integers("kernel_shape", 4, 4), integers("strides", 4, 4));
    }

    public Onnx headed(String from, int channels) {
        return floats("weights", random(channels * 16 * LENGTH), channels * 16, LENGTH)
                .node("MatMul", List.of(from, "weights"), "product")
                .node("Tanh", List.of("product"), "output");
    }

    public static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 8;
        }
        return values;
    }

    public Onnx opset(long version) {
        opset = version;
        return this;
    }

    public Onnx ir(long version) {
        model.setIrVersion(version);
        return this;
    }

    public Onnx domain(String domain, String operator, String from, String to) {
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .addInput(from)
                .addOutput(to));
        return this;
    }

    /** A side of 0 is free. */
    public Onnx input(String name, int type, long... sides) {
        graph.addInput(value(name, type, sides));
        return this;
    }

    public Onnx output(String name, int type, long... sides) {
        graph.addOutput(value(name, type, sides));
        return this;
    }

    public Onnx node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator + " " + output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    public Onnx floats(String name, float[] values, long... sides) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
        for (long side : sides) {
            tensor.addDims(side);
        }
        graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes(values))));
        return this;
    }

    public Onnx halves(String name, float[] values, long... sides) {
        ByteBuffer raw = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putShort(Fp16Conversions.floatToFp16(value));
        }
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT16_VALUE);
        for (long side : sides) {
            tensor.addDims(side);
        }
        graph.addInitializer(tensor.setRawData(ByteString.copyFrom(raw.flip())));
        return this;
    }

    public Onnx longs(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.INT64_VALUE)
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Lists all constants as inputs too, as exporters did before IR version 4. */
    public Onnx constantsAsInputs() {
        for (TensorProto each : graph.getInitializerList()) {
            graph.addInput(value(
                    each.getName(),
                    each.getDataType(),
                    each.getDimsList().stream().mapToLong(Long::longValue).toArray()));
        }
        return this;
    }

    /** Moves the constant's bytes into a file, which the model then names like this. */
    public Onnx external(String name, Path file, String location) throws IOException {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (tensor.getName().equals(name)) {
                byte[] raw = tensor.getRawData().toByteArray();
                Files.write(file, raw);
                graph.setInitializer(
                        i,
                        tensor.toBuilder()
                                .clearRawData()
                                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                .addExternalData(entry("location", location))
                                .addExternalData(entry("offset", "0"))
                                .addExternalData(entry("length", Integer.toString(raw.length))));
            }
        }
        return this;
    }

    public byte[] bytes() {
        return model.clone()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /** Runs a model on one picture as its owner does, and returns all numbers of the output. */
    public static float[] run(byte[] model, String input, String output, float[] numbers, long... sides)
            throws OrtException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");
        try (OrtSession session = environment.createSession(model);
                OnnxTensor picture = OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers), sides);
                OrtSession.Result result = session.run(Map.of(input, picture))) {
            FloatBuffer values = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
            float[] all = new float[values.remaining()];
            values.get(all);
            return all;
        }
    }

    public static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return raw.array();
    }

    private static ValueInfoProto value(String name, int type, long... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long side : sides) {
            shape.addDim(
                    side == 0
                            ? Dimension.newBuilder().setDimParam("free")
                            : Dimension.newBuilder().setDimValue(side));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }
}
