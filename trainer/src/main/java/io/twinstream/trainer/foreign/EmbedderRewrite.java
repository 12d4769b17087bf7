package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.trainer.foreign.ForeignInput.Layout;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a foreign graph as {@code embedder.onnx}: {@code image [n, c, h, w]}, red, green, blue or luma from 0 to 1, to
 * {@code embedding [n, length]}. Before the foreign nodes come the order of colours, mean, deviation, layout and number type
 * that they want; behind them one output becomes rows of floats, of length 1 where that is asked for. The foreign opset stays.
 *
 * <p>Maintainers: new nodes have forms that are the same in all opsets from {@value ForeignModel#OLDEST_OPSET} on, but for
 * {@code ReduceL2}. Shapes of inner values are dropped, since they may name the batch of the export.
 */
final class EmbedderRewrite {
    private static final String IMAGE = "image";
    private static final String EMBEDDING = "embedding";
    private static final String OWN = "twinstream/";
    private static final int REDUCE_AXES_ARE_INPUT = 18;
    private static final int SCAN_WITHOUT_BATCH = 9;
    private static final int LEAST_IR_VERSION = 4;
    private static final float LEAST_LENGTH = 1e-12f;
    private static final double LARGEST_SAMPLE = 255;
    private static final Map<Integer, String> NUMBERS = Map.of(
            DataType.FLOAT_VALUE, "float",
            DataType.FLOAT16_VALUE, "float16",
            DataType.DOUBLE_VALUE, "double",
            DataType.UINT8_VALUE, "uint8");

    private final ForeignModel model;
    private final ForeignInput asked;
    private final InputSpec spec;
    private final GraphProto graph;
    private final Set<String> names;
    private final String input;
    private final int inputType;
    private final long batch;
    private final Map<String, String> renamed;

    /**
     * Checks that the model's input is what is asked for.
     *
     * @throws ImportException if it isn't
     */
    EmbedderRewrite(ForeignModel model, ForeignInput asked) throws ImportException {
        this.model = model;
        this.asked = asked;
        this.spec = asked.spec();
        Set<String> foreign = names(model.proto().getGraph());
        this.renamed = new HashMap<>();
        for (String own : List.of(IMAGE, EMBEDDING)) {
            if (foreign.contains(own)) {
                renamed.put(own, fresh("foreign/" + own, foreign));
            }
        }
        this.graph = renamed(model.proto().getGraph());
        this.names = names(graph);
        ValueInfoProto picture = picture();
        this.input = picture.getName();
        this.inputType = picture.getType().getTensorType().getElemType();
        if (!NUMBERS.containsKey(inputType)) {
            throw new ImportException(
                    "%s takes numbers of a type that pictures don't come in (%s): export it with floats"
                            .formatted(model.file(), DataType.forNumber(inputType)));
        }
        this.batch = batch(picture);
    }

    /** Returns the batch that the model was exported with; 1 where it takes any. */
    long batch() {
        return batch;
    }

    /** Returns whether the model takes samples of 0 to 255 as bytes. */
    boolean takesBytes() {
        return inputType == DataType.UINT8_VALUE;
    }

    /** Returns whether a form can be tried at all. */
    boolean allows(BatchForm form) {
        return form != BatchForm.ONE_BY_ONE || (batch == 1 && model.opset() >= SCAN_WITHOUT_BATCH);
    }

    /** Returns the name that one of the model's values has in what is written. */
    String written(String name) {
        return renamed.getOrDefault(name, name);
    }

    /** Returns the names of the model's outputs, in its order. */
    List<String> outputs() {
        return model.proto().getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
    }

    /** Returns whether the model computes a value of this name. */
    boolean computes(String name) {
        return graph.getNodeList().stream()
                .anyMatch(node -> node.getOutputList().contains(written(name)));
    }

    /** Returns the graph with its outputs as they are, for {@link #batch} pictures. */
    byte[] probe(@Nullable String inner) {
        GraphProto.Builder to = begun(batch);
        Set<String> taken = new HashSet<>(names);
        foreign(to, prepared(to, taken), graph.getNodeList());
        to.addAllOutput(graph.getOutputList());
        if (inner != null) {
            to.addOutput(ValueInfoProto.newBuilder().setName(written(inner)));
        }
        return model(to);
    }

    /** Returns the embedder for {@link #batch} pictures, with nothing freed. */
    byte[] asExported(Vector output) {
        return embedder(begun(batch), output, graph.getNodeList());
    }

    /** Returns the embedder for any number of pictures. */
    byte[] embedder(BatchForm form, Vector output) {
        return form == BatchForm.ONE_BY_ONE ? oneByOne(output) : embedder(begun(0), output, freed(form));
    }

    private byte[] embedder(GraphProto.Builder to, Vector output, List<NodeProto> nodes) {
        Set<String> taken = new HashSet<>(names);
        foreign(to, prepared(to, taken), nodes);
        String rows = reshaped(to, taken, asFloat(to, taken, output), -1, output.length());
        return finished(to, taken, rows, output.length());
    }

    /** Runs the foreign graph as the body of a Scan over the pictures, each as a batch of 1. */
    private byte[] oneByOne(Vector output) {
        GraphProto.Builder to = begun(0);
        Set<String> taken = new HashSet<>(names);
        String pictures = prepared(to, taken);
        long[] sides = sides();
        String slice = fresh(OWN + "picture", taken);
        GraphProto.Builder body = GraphProto.newBuilder().setName("one");
        body.addInput(value(slice, inputType, dimensions(sides)));
        long[] single = {1, sides[0], sides[1], sides[2]};
        foreign(body, reshaped(body, taken, slice, single), graph.getNodeList());
        String row = reshaped(body, taken, asFloat(body, taken, output), output.length());
        body.addOutput(value(row, DataType.FLOAT_VALUE, dimensions(output.length())));
        String rows = add(
                to,
                taken,
                "Scan",
                List.of(pictures),
                AttributeProto.newBuilder()
                        .setName("body")
                        .setType(AttributeProto.AttributeType.GRAPH)
                        .setG(body)
                        .build(),
                integer("num_scan_inputs", 1));
        return finished(to, taken, reshaped(to, taken, rows, -1, output.length()), output.length());
    }

    /** Begins a graph with its input; a batch of 0 is free. */
    private GraphProto.Builder begun(long pictures) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDim(
                pictures == 0
                        ? Dimension.newBuilder().setDimParam("n")
                        : Dimension.newBuilder().setDimValue(pictures));
        for (long side : new long[] {spec.channels(), spec.height(), spec.width()}) {
            shape.addDim(Dimension.newBuilder().setDimValue(side));
        }
        return GraphProto.newBuilder().setName("embedder").addInput(value(IMAGE, DataType.FLOAT_VALUE, shape));
    }

    /** Adds what turns the image into the numbers that the model takes, and returns their name. */
    private String prepared(GraphProto.Builder to, Set<String> taken) {
        Preparation preparation = asked.preparation();
        String last = IMAGE;
        if (preparation.order() == ColourOrder.BGR) {
            String order = constant(to, taken, new long[] {2, 1, 0});
            last = add(to, taken, "Gather", List.of(last, order), integer("axis", 1));
        }
        int channels = spec.channels();
        float[] factor = new float[channels];
        float[] shift = new float[channels];
        boolean scales = false;
        boolean shifts = false;
        for (int c = 0; c < channels; c++) {
            double std = preparation.std().get(c);
            factor[c] = (float) (LARGEST_SAMPLE / std);
            shift[c] = (float) (-preparation.mean().get(c) / std);
            scales |= factor[c] != 1;
            shifts |= shift[c] != 0;
        }
        if (scales) {
            last = add(to, taken, "Mul", List.of(last, constant(to, taken, factor, 1, channels, 1, 1)));
        }
        if (shifts) {
            last = add(to, taken, "Add", List.of(last, constant(to, taken, shift, 1, channels, 1, 1)));
        }
        if (asked.layout() == Layout.NHWC) {
            last = add(to, taken, "Transpose", List.of(last), integers("perm", 0, 2, 3, 1));
        }
        if (inputType == DataType.UINT8_VALUE) {
            // Casting cuts off what follows the point.
            last = add(to, taken, "Add", List.of(last, constant(to, taken, new float[] {0.5f}, 1)));
        }
        return inputType == DataType.FLOAT_VALUE ? last : cast(to, taken, last, inputType);
    }

    private void foreign(GraphProto.Builder to, String prepared, List<NodeProto> nodes) {
        to.addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput(prepared).addOutput(input));
        to.addAllNode(nodes);
        to.addAllInitializer(graph.getInitializerList());
        to.addAllSparseInitializer(graph.getSparseInitializerList());
        to.addAllQuantizationAnnotation(graph.getQuantizationAnnotationList());
    }

    private String asFloat(GraphProto.Builder to, Set<String> taken, Vector output) {
        String name = written(output.name());
        return output.isFloat() ? name : cast(to, taken, name, DataType.FLOAT_VALUE);
    }

    private byte[] finished(GraphProto.Builder to, Set<String> taken, String rows, int length) {
        String last = rows;
        if (asked.preparation().embeddings() == Normalisation.L2) {
            String lengths = model.opset() < REDUCE_AXES_ARE_INPUT
                    ? add(to, taken, "ReduceL2", List.of(last), integers("axes", 1), integer("keepdims", 1))
                    : add(
                            to,
                            taken,
                            "ReduceL2",
                            List.of(last, constant(to, taken, new long[] {1})),
                            integer("keepdims", 1));
            String least = constant(to, taken, new float[] {LEAST_LENGTH}, 1);
            last = add(to, taken, "Div", List.of(last, add(to, taken, "Add", List.of(lengths, least))));
        }
        to.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(last).addOutput(EMBEDDING));
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(to.getInput(0).getType().getTensorType().getShape().getDim(0))
                .addDim(Dimension.newBuilder().setDimValue(length));
        to.addOutput(value(EMBEDDING, DataType.FLOAT_VALUE, shape));
        return model(to);
    }

    private byte[] model(GraphProto.Builder to) {
        ModelProto foreign = model.proto();
        return ModelProto.newBuilder()
                .setIrVersion(Math.max(LEAST_IR_VERSION, foreign.getIrVersion()))
                .setProducerName("twinstream")
                .addAllOpsetImport(foreign.getOpsetImportList())
                .addAllFunctions(foreign.getFunctionsList())
                .setGraph(to)
                .build()
                .toByteArray();
    }

    /** Returns the nodes with the batch of the export taken out of the shapes that pictures are brought to. */
    private List<NodeProto> freed(BatchForm form) {
        if (form == BatchForm.FREE) {
            return graph.getNodeList();
        }
        Map<String, TensorProto> constants = new HashMap<>();
        graph.getInitializerList().forEach(each -> constants.put(each.getName(), each));
        Set<String> ofPicture = new HashSet<>(Set.of(input));
        List<NodeProto> nodes = new ArrayList<>();
        Set<String> taken = new HashSet<>(names);
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Constant")) {
                constant(node, constants);
            }
            boolean dependent = node.getInputList().stream().anyMatch(ofPicture::contains);
            if (dependent) {
                ofPicture.addAll(node.getOutputList());
            }
            TensorProto shape = node.getOpType().equals("Reshape") && node.getInputCount() == 2
                    ? constants.get(node.getInput(1))
                    : null;
            nodes.addAll(dependent && shape != null ? freed(node, integers(shape), form, taken) : List.of(node));
        }
        return nodes;
    }

    private static void constant(NodeProto node, Map<String, TensorProto> constants) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals("value")) {
                constants.put(node.getOutput(0), attribute.getT());
            } else if (attribute.getName().equals("value_ints")) {
                constants.put(
                        node.getOutput(0),
                        TensorProto.newBuilder()
                                .setDataType(DataType.INT64_VALUE)
                                .addDims(attribute.getIntsCount())
                                .addAllInt64Data(attribute.getIntsList())
                                .build());
            }
        }
    }

    private List<NodeProto> freed(NodeProto reshape, long[] shape, BatchForm form, Set<String> taken) {
        boolean open = Arrays.stream(shape).anyMatch(side -> side == -1);
        boolean literal = reshape.getAttributeList().stream()
                .anyMatch(each -> each.getName().equals("allowzero") && each.getI() != 0);
        if (shape.length < 2 || shape[0] != batch || literal) {
            return List.of(reshape);
        }
        long[] free = shape.clone();
        free[0] = form == BatchForm.COPIED || open ? 0 : -1;
        String name = fresh(OWN + "shape", taken);
        NodeProto constant = NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput(name)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(tensor("", free)))
                .build();
        return List.of(constant, reshape.toBuilder().setInput(1, name).build());
    }

    private static long[] integers(TensorProto tensor) {
        if (tensor.getDataType() != DataType.INT64_VALUE) {
            return new long[0];
        }
        if (tensor.getInt64DataCount() > 0) {
            return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        LongBuffer raw = tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        long[] values = new long[raw.remaining()];
        raw.get(values);
        return values;
    }

    private String reshaped(GraphProto.Builder to, Set<String> taken, String value, long... shape) {
        return add(to, taken, "Reshape", List.of(value, constant(to, taken, shape)));
    }

    private static String cast(GraphProto.Builder to, Set<String> taken, String value, int type) {
        return add(to, taken, "Cast", List.of(value), integer("to", type));
    }

    private static String add(
            GraphProto.Builder to,
            Set<String> taken,
            String operator,
            List<String> inputs,
            AttributeProto... attributes) {
        String output = fresh(OWN + operator, taken);
        to.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private static String constant(GraphProto.Builder to, Set<String> taken, float[] values, long... shape) {
        String name = fresh(OWN + "constant", taken);
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT_VALUE);
        for (long side : shape) {
            tensor.addDims(side);
        }
        for (float value : values) {
            tensor.addFloatData(value);
        }
        to.addInitializer(tensor);
        return name;
    }

    private static String constant(GraphProto.Builder to, Set<String> taken, long[] values) {
        String name = fresh(OWN + "constant", taken);
        to.addInitializer(tensor(name, values));
        return name;
    }

    private static TensorProto tensor(String name, long[] values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.INT64_VALUE)
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
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
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static ValueInfoProto value(String name, int type, TensorShapeProto.Builder shape) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }

    private static TensorShapeProto.Builder dimensions(long... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long side : sides) {
            shape.addDim(Dimension.newBuilder().setDimValue(side));
        }
        return shape;
    }

    /** Returns the sides of one picture in the model's layout. */
    private long[] sides() {
        return asked.layout() == Layout.NCHW
                ? new long[] {spec.channels(), spec.height(), spec.width()}
                : new long[] {spec.height(), spec.width(), spec.channels()};
    }

    /** Returns the one input that isn't a constant; older exports list constants as inputs too. */
    private ValueInfoProto picture() throws ImportException {
        Set<String> constants = new HashSet<>();
        graph.getInitializerList().forEach(each -> constants.add(each.getName()));
        graph.getSparseInitializerList()
                .forEach(each -> constants.add(each.getValues().getName()));
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(each -> !constants.contains(each.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw new ImportException(
                    "%s takes %d inputs (%s), and a picture is the only one that there is: export it with one input"
                            .formatted(
                                    model.file(),
                                    inputs.size(),
                                    inputs.stream()
                                            .limit(8)
                                            .map(each -> each.getName() + " " + Arrays.toString(declared(each)))
                                            .collect(Collectors.joining(", "))));
        }
        return inputs.get(0);
    }

    private long batch(ValueInfoProto picture) throws ImportException {
        if (!picture.getType().getTensorType().hasShape()) {
            return 1;
        }
        long[] shape = declared(picture);
        if (shape.length != 4) {
            throw new ImportException(
                    "%s takes %s, and pictures come as 4 sides (batch, channels, height, width): export it for them"
                            .formatted(model.file(), Arrays.toString(shape)));
        }
        long[] sides = sides();
        if (!fits(shape, sides)) {
            throw new ImportException(mismatch(shape));
        }
        return Math.max(1, shape[0]);
    }

    private static boolean fits(long[] shape, long... sides) {
        for (int i = 0; i < sides.length; i++) {
            if (shape[i + 1] > 0 && shape[i + 1] != sides[i]) {
                return false;
            }
        }
        return true;
    }

    /** Says what to give instead of the size or layout that was asked for. */
    private String mismatch(long[] shape) {
        Layout other = asked.layout().other();
        String asks = "%s takes %s and not %s as %dx%dx%d"
                .formatted(
                        model.file(),
                        Arrays.toString(shape),
                        asked.layout(),
                        spec.width(),
                        spec.height(),
                        spec.channels());
        boolean first = shape[1] == 1 || shape[1] == 3;
        boolean last = shape[3] == 1 || shape[3] == 3;
        if (!first && !last) {
            return "%s: models of 1 or 3 channels can be imported".formatted(asks);
        }
        Layout right = first && (asked.layout() == Layout.NCHW || !last) ? Layout.NCHW : Layout.NHWC;
        long channels = right == Layout.NCHW ? shape[1] : shape[3];
        long height = right == Layout.NCHW ? shape[2] : shape[1];
        long width = right == Layout.NCHW ? shape[3] : shape[2];
        Set<String> mends = new LinkedHashSet<>();
        if (channels != spec.channels() || open(height, spec.height()) || open(width, spec.width())) {
            mends.add("--input %sx%sx%d".formatted(side(width, "WIDTH"), side(height, "HEIGHT"), channels));
        }
        if (right == other) {
            mends.add("--layout " + right.name().toLowerCase(Locale.ROOT));
        }
        return "%s: give %s".formatted(asks, String.join(" ", mends));
    }

    private static boolean open(long declared, int asked) {
        return declared > 0 && declared != asked;
    }

    private static String side(long declared, String otherwise) {
        return declared > 0 ? Long.toString(declared) : otherwise;
    }

    /** Returns the declared sides; -1 where one is free. */
    private static long[] declared(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .mapToLong(each -> each.hasDimValue() && each.getDimValue() > 0 ? each.getDimValue() : -1)
                .toArray();
    }

    private GraphProto renamed(GraphProto foreign) {
        if (renamed.isEmpty()) {
            return foreign;
        }
        GraphProto.Builder to = foreign.toBuilder();
        for (int i = 0; i < to.getNodeCount(); i++) {
            NodeProto node = to.getNode(i);
            NodeProto.Builder changed = node.toBuilder().clearInput().clearOutput();
            node.getInputList().forEach(each -> changed.addInput(written(each)));
            node.getOutputList().forEach(each -> changed.addOutput(written(each)));
            to.setNode(i, changed);
        }
        for (int i = 0; i < to.getInputCount(); i++) {
            to.getInputBuilder(i).setName(written(to.getInput(i).getName()));
        }
        for (int i = 0; i < to.getOutputCount(); i++) {
            to.getOutputBuilder(i).setName(written(to.getOutput(i).getName()));
        }
        for (int i = 0; i < to.getInitializerCount(); i++) {
            if (renamed.containsKey(to.getInitializer(i).getName())) {
                to.getInitializerBuilder(i).setName(written(to.getInitializer(i).getName()));
            }
        }
        return to.build();
    }

    private static Set<String> names(GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getInputList().forEach(each -> names.add(each.getName()));
        graph.getOutputList().forEach(each -> names.add(each.getName()));
        graph.getInitializerList().forEach(each -> names.add(each.getName()));
        graph.getSparseInitializerList()
                .forEach(each -> names.add(each.getValues().getName()));
        graph.getNodeList().forEach(each -> {
            names.addAll(each.getInputList());
            names.addAll(each.getOutputList());
        });
        return names;
    }

    private static String fresh(String wanted, Set<String> taken) {
        String name = wanted;
        for (int number = 1; !taken.add(name); number++) {
            name = wanted + number;
        }
        return name;
    }

    /**
     * A vector is the value of a foreign model that is its embedding.
     *
     * @param name its name in the model
     * @param length the numbers of one embedding
     * @param isFloat whether its numbers are floats already
     */
    record Vector(String name, int length, boolean isFloat) {}
}
