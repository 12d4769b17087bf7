package io.twinstream.trainer.foreign;

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
import java.util.Arrays;
import java.util.List;

/**
 * Locator graphs find bright cells: each of the 8 x 8 pixels of their input is a candidate whose score is its red. The box of
 * a candidate is its pixel, and its two points are the box's upper corners. The embedder beside them gives its input of 4 x 4.
 */
public final class LocatorGraphs {
    public static final int SIDE = 8;
    public static final int CELLS = SIDE * SIDE;
    public static final int EMBEDDED = 4;

    private LocatorGraphs() {}

    /** Returns a graph as packages hold it. */
    public static byte[] ofPackage() {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("cells")
                .addInput(value("image", -1, 3, SIDE, SIDE))
                .addInitializer(longs("red", 0L))
                .addNode(node("Gather", "picked", 1, "image", "red"));
        return model(cells(graph, "picked", -1));
    }

    /** Returns a graph as others export it: a batch of one, channels last, -1 to 1, and a block that pads. */
    public static byte[] foreign() {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("cells")
                .addInput(value("input", 1, SIDE, SIDE, 3))
                .addInitializer(longs("red", 0L))
                .addInitializer(floats("half", List.of(1L), 0.5f))
                .addInitializer(longs("block", 1, 1, SIDE, SIDE))
                .addNode(node("ConstantOfShape", "zeros", -1, "block"))
                .addNode(node("Transpose", "planes", -1, "input").toBuilder()
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("perm")
                                .setType(AttributeProto.AttributeType.INTS)
                                .addAllInts(List.of(0L, 3L, 1L, 2L)))
                        .build())
                .addNode(node("Concat", "padded", 1, "planes", "zeros"))
                .addNode(node("Gather", "picked", 1, "padded", "red"))
                .addNode(node("Mul", "halved", -1, "picked", "half"))
                .addNode(node("Add", "bright", -1, "halved", "half"));
        return model(cells(graph, "bright", 1));
    }

    /** Returns a foreign graph whose answer has no batch, so that it can't be freed. */
    public static byte[] withoutBatch() {
        return model(GraphProto.newBuilder()
                .setName("cells")
                .addInput(value("input", 1, 3, SIDE, SIDE))
                .addInitializer(longs("shape", 3 * CELLS))
                .addNode(node("Reshape", "scores", -1, "input", "shape"))
                .addOutput(value("scores", 3 * CELLS)));
    }

    /** Returns an embedder whose embedding is its input. */
    public static byte[] embedder(int channels) {
        long length = (long) channels * EMBEDDED * EMBEDDED;
        return model(GraphProto.newBuilder()
                .setName("same")
                .addInput(value("image", -1, channels, EMBEDDED, EMBEDDED))
                .addInitializer(longs("shape", 0, length))
                .addNode(node("Reshape", "embedding", -1, "image", "shape"))
                .addOutput(value("embedding", -1, length)));
    }

    /** @param batch the batch that targets of Reshape name; -1 is any */
    private static GraphProto.Builder cells(GraphProto.Builder graph, String bright, int batch) {
        float[] boxes = new float[CELLS * 4];
        for (int i = 0; i < CELLS; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            float[] box = {x, y, x + 1, y + 1};
            System.arraycopy(box, 0, boxes, i * 4, 4);
        }
        float[] points = new float[CELLS * 4];
        for (int i = 0; i < CELLS; i++) {
            float[] corners = {boxes[i * 4], boxes[i * 4 + 1], boxes[i * 4 + 2], boxes[i * 4 + 1]};
            System.arraycopy(corners, 0, points, i * 4, 4);
        }
        return graph.addInitializer(longs("flat", batch, CELLS))
                .addInitializer(longs("column", batch, CELLS, 1))
                .addInitializer(longs("pairs", batch, CELLS, 1, 1))
                .addInitializer(floats("nothing", List.of(1L), 0))
                .addInitializer(floats("cellBoxes", List.of(1L, (long) CELLS, 4L), boxes))
                .addInitializer(floats("cellPoints", List.of(1L, (long) CELLS, 2L, 2L), points))
                .addNode(node("Reshape", "scores", -1, bright, "flat"))
                .addNode(node("Reshape", "columns", -1, bright, "column"))
                .addNode(node("Mul", "none", -1, "columns", "nothing"))
                .addNode(node("Add", "boxes", -1, "none", "cellBoxes"))
                .addNode(node("Reshape", "none2", -1, "none", "pairs"))
                .addNode(node("Add", "points", -1, "none2", "cellPoints"))
                .addOutput(value("boxes", batch, CELLS, 4))
                .addOutput(value("scores", batch, CELLS))
                .addOutput(value("points", batch, CELLS, 2, 2));
    }

    private static byte[] model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /** @param axis the axis, or -1 where the operator takes none */
    private static NodeProto node(String operator, String output, int axis, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(output);
        if (axis >= 0) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(axis));
        }
        return node.build();
    }

    private static TensorProto longs(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        return tensor.build();
    }

    private static TensorProto floats(String name, List<Long> shape, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor.build();
    }

    private static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long size : sizes) {
            shape.addDim(
                    size < 0
                            ? Dimension.newBuilder().setDimParam("n")
                            : Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}
