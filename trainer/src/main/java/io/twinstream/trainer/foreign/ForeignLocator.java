package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.verifier.locate.FindDecoder;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rewrites a detector that others made as a package's {@code locator.onnx}: any number of pictures, {@code image [n, 3,
 * height, width]} with red, green, blue from 0 to 1, each output {@code [n, rows, ...]}. It returns nothing that wasn't
 * run: pictures in batches of 1, 2 and 5 give what the foreign graph gives for each alone.
 *
 * <p>Maintainers: exports fix the batch in the targets of Reshape, and in blocks of zeros that pad channels. A target's
 * leading 1 becomes 0, which copies the input's size; blocks are made as large as the batch.
 */
public final class ForeignLocator {
    private static final String IMAGE = "image";
    private static final String PREFIX = "twinstream.";
    private static final String OTHERS_IMAGE = PREFIX + "others.image";
    private static final int LEAST_IR_VERSION = 4;
    private static final int CHANNELS = 3;
    private static final double MOST_SAMPLE = 255;
    private static final int[] BATCHES = {1, 2, 5};
    /** The most that an output may differ by, as a share of its largest number where that is above 1. */
    private static final double TOLERANCE = 1e-3;

    private static final int SEED = 1;
    private static final String BOXES = "boxes";
    private static final int BOX = 4;
    /** Boxes that are shares of the input may reach a little out of it. */
    private static final float MOST_SHARE = 2;

    private final LocatorSpec spec;
    private final ModelProto foreign;
    private final GraphProto graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final ValueInfoProto input;
    /** The name of the input in the graph that is written, where a node computes it. */
    private final String taken;

    private final boolean channelsLast;
    private final float[] scale;
    private final float[] offset;
    private final boolean bgr;

    private ForeignLocator(byte[] model, LocatorSpec spec, ColourOrder order, List<Double> mean, List<Double> std) {
        this.spec = spec;
        this.bgr = order == ColourOrder.BGR;
        if (order == ColourOrder.GRAY || mean.size() != CHANNELS || std.size() != CHANNELS) {
            throw new IllegalArgumentException("a locator takes three colours, with a mean and a std for each");
        }
        if (!std.stream().allMatch(each -> each > 0 && Double.isFinite(each))
                || !mean.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "a locator's std must be positive and its mean finite, were %s and %s".formatted(std, mean));
        }
        try {
            this.foreign = ModelProto.parseFrom(model);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the locator is no ONNX file: " + e.getMessage(), e);
        }
        GraphProto.Builder named = foreign.getGraph().toBuilder();
        named.getNodeBuilderList().forEach(ForeignLocator::giveWay);
        this.graph = PaddedChannels.of(named.build());
        graph.getInitializerList().forEach(each -> constants.put(each.getName(), each));
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(each -> !constants.containsKey(each.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("a locator takes one input, this one takes %d".formatted(inputs.size()));
        }
        this.input = inputs.get(0);
        this.taken = input.getName().equals(IMAGE) ? OTHERS_IMAGE : input.getName();
        List<Long> shape = sizes(input);
        this.channelsLast = shape.size() == 4 && fits(shape, 1, spec.height(), spec.width(), CHANNELS);
        if (!channelsLast && !(shape.size() == 4 && fits(shape, 1, CHANNELS, spec.height(), spec.width()))) {
            throw new IllegalArgumentException(
                    "a locator of %d x %d pixels takes [n, 3, %d, %d] or [n, %d, %d, 3], this one takes %s"
                            .formatted(
                                    spec.width(),
                                    spec.height(),
                                    spec.height(),
                                    spec.width(),
                                    spec.height(),
                                    spec.width(),
                                    shape));
        }
        this.scale = new float[CHANNELS];
        this.offset = new float[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            scale[channel] = (float) (MOST_SAMPLE / std.get(channel));
            offset[channel] = (float) (-mean.get(channel) / std.get(channel));
        }
    }

    /**
     * Rewrites a detector.
     *
     * @param model the foreign ONNX file, whole
     * @param order the order of colours that it takes
     * @param mean what it wants subtracted from samples of 0 to 255, for each channel in its own order
     * @param std what it wants them divided by then
     * @return the bytes of {@code locator.onnx}
     * @throws IllegalArgumentException with one line, if it can't be taken or its outputs aren't those of its kind
     */
    public static byte[] rewritten(
            byte[] model, LocatorSpec spec, ColourOrder order, List<Double> mean, List<Double> std) {
        ForeignLocator locator = new ForeignLocator(model, spec, order, mean, std);
        try (Session before = new Session(model);
                Session free = new Session(locator.free(Map.of()))) {
            Map<String, long[]> shapes = locator.shapes(free);
            List<Shape> outputs = new ArrayList<>();
            shapes.forEach((name, shape) -> outputs.add(new Shape(name, shape)));
            FindDecoder.of(spec, outputs);
            locator.requirePixels(free);
            byte[] rewritten = locator.free(shapes);
            try (Session after = new Session(rewritten)) {
                locator.prove(before, after);
            }
            return rewritten;
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime can't run the locator on several pictures: " + firstLine(e), e);
        }
    }

    /** Gives another name to a value of the foreign graph whose name is that of the input written here. */
    private static void giveWay(NodeProto.Builder node) {
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(IMAGE)) {
                node.setInput(i, OTHERS_IMAGE);
            }
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (node.getOutput(i).equals(IMAGE)) {
                node.setOutput(i, OTHERS_IMAGE);
            }
        }
    }

    private static String firstLine(OrtException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    /** Returns the graph with a free batch; outputs whose shapes are known are brought to {@code [n, rows, ...]}. */
    private byte[] free(Map<String, long[]> shapes) {
        GraphProto.Builder next = GraphProto.newBuilder().setName(graph.getName());
        next.addInput(value(IMAGE, new long[] {-1, CHANNELS, spec.height(), spec.width()}));
        Set<String> outputs = shapes.keySet();
        prepare(next);
        Set<String> targets = targets();
        for (TensorProto constant : graph.getInitializerList()) {
            next.addInitializer(targets.contains(constant.getName()) ? freed(constant) : constant);
        }
        for (NodeProto node : graph.getNodeList()) {
            next.addNode(renamed(resized(next, node), outputs));
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            String name = output.getName();
            long[] shape = shapes.get(name);
            if (shape == null) {
                next.addOutput(ValueInfoProto.newBuilder().setName(name));
                continue;
            }
            next.addInitializer(longs(PREFIX + name + ".shape", shape));
            next.addNode(node("Reshape", List.of(PREFIX + name, PREFIX + name + ".shape"), name));
            next.addOutput(value(name, shape));
        }
        return foreign.toBuilder()
                .setIrVersion(Math.max(LEAST_IR_VERSION, foreign.getIrVersion()))
                .setGraph(next)
                .build()
                .toByteArray();
    }

    /** Brings red, green, blue from 0 to 1 to what the foreign graph takes. */
    private void prepare(GraphProto.Builder next) {
        String now = IMAGE;
        if (bgr) {
            next.addInitializer(longs(PREFIX + "order", new long[] {2, 1, 0}));
            next.addNode(node("Gather", List.of(now, PREFIX + "order"), PREFIX + "bgr").toBuilder()
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("axis")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1)));
            now = PREFIX + "bgr";
        }
        next.addInitializer(floats(PREFIX + "scale", scale));
        next.addInitializer(floats(PREFIX + "offset", offset));
        next.addNode(node("Mul", List.of(now, PREFIX + "scale"), PREFIX + "scaled"));
        String last = channelsLast ? PREFIX + "prepared" : taken;
        next.addNode(node("Add", List.of(PREFIX + "scaled", PREFIX + "offset"), last));
        if (channelsLast) {
            next.addNode(node("Transpose", List.of(last), taken).toBuilder()
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("perm")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addAllInts(List.of(0L, 2L, 3L, 1L))));
        }
    }

    /** Returns the names of the constants that are targets of Reshape and begin with a batch of 1. */
    private Set<String> targets() {
        Set<String> targets = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Reshape")) {
                TensorProto target = constants.get(node.getInput(1));
                if (target != null && longs(target).length > 1 && leads(target)) {
                    targets.add(target.getName());
                }
            }
        }
        return targets;
    }

    private static boolean leads(TensorProto shape) {
        long[] sizes = longs(shape);
        return sizes.length > 0 && sizes[0] == 1;
    }

    private static TensorProto freed(TensorProto target) {
        long[] sizes = longs(target);
        sizes[0] = 0;
        return longs(target.getName(), sizes);
    }

    /** Makes blocks of a constant as large as the batch, and frees targets that are nodes of their own. */
    private NodeProto resized(GraphProto.Builder next, NodeProto node) {
        TensorProto shape = node.getInputCount() == 1 ? constants.get(node.getInput(0)) : null;
        if (node.getOpType().equals("ConstantOfShape") && shape != null && leads(shape)) {
            String name = PREFIX + node.getOutput(0);
            long[] sizes = longs(shape);
            next.addNode(node("Shape", List.of(IMAGE), name + ".image"));
            next.addInitializer(longs(name + ".first", new long[] {0}));
            next.addInitializer(longs(name + ".rest", Arrays.copyOfRange(sizes, 1, sizes.length)));
            next.addNode(node("Gather", List.of(name + ".image", name + ".first"), name + ".batch"));
            next.addNode(node("Concat", List.of(name + ".batch", name + ".rest"), name + ".sizes").toBuilder()
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("axis")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(0)));
            return node.toBuilder().setInput(0, name + ".sizes").build();
        }
        boolean target = node.getOpType().equals("Constant")
                && node.getAttributeCount() == 1
                && graph.getNodeList().stream()
                        .anyMatch(each -> each.getOpType().equals("Reshape")
                                && each.getInput(1).equals(node.getOutput(0)));
        if (target
                && longs(node.getAttribute(0).getT()).length > 1
                && longs(node.getAttribute(0).getT())[0] == 1) {
            return node.toBuilder()
                    .setAttribute(
                            0,
                            node.getAttribute(0).toBuilder()
                                    .setT(freed(node.getAttribute(0).getT())))
                    .build();
        }
        return node;
    }

    /** Lets the graph's own outputs go under another name, where they are reshaped. */
    private static NodeProto renamed(NodeProto node, Set<String> outputs) {
        NodeProto.Builder renamed = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            if (outputs.contains(node.getInput(i))) {
                renamed.setInput(i, PREFIX + node.getInput(i));
            }
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            if (outputs.contains(node.getOutput(i))) {
                renamed.setOutput(i, PREFIX + node.getOutput(i));
            }
        }
        return renamed.build();
    }

    /** Returns the shape that each output is brought to, as runs on one and on two pictures show it. */
    private Map<String, long[]> shapes(Session session) throws OrtException {
        Random random = new Random(SEED);
        Map<String, Tensor> one = session.run(IMAGE, shape(1), picture(random));
        Map<String, Tensor> two = session.run(IMAGE, shape(2), joined(List.of(picture(random), picture(random))));
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            String name = output.getName();
            long[] alone = named(one, name).shape();
            long[] both = named(two, name).shape();
            boolean ofBatch = alone.length > 0 && alone.length == both.length && both[0] == 2 * alone[0];
            if (!ofBatch) {
                throw new IllegalArgumentException(
                        "the locator's batch can't be freed: its %s has the shape %s for one picture and %s for two"
                                .formatted(name, Arrays.toString(alone), Arrays.toString(both)));
            }
            // A leading size above 1 means that the rows of all pictures lie in one row after the other.
            long[] shape = new long[Math.max(2, alone[0] == 1 ? alone.length : alone.length + 1)];
            Arrays.fill(shape, 1);
            System.arraycopy(alone, alone[0] == 1 ? 1 : 0, shape, 1, alone[0] == 1 ? alone.length - 1 : alone.length);
            shape[0] = -1;
            shapes.put(name, shape);
        }
        return shapes;
    }

    private static Tensor named(Map<String, Tensor> tensors, String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the locator gives no " + name);
        }
        return tensor;
    }

    /** Requires that pictures in batches give what the foreign graph gives for each alone. */
    private void prove(Session before, Session after) throws OrtException {
        Random random = new Random(SEED);
        for (int batch : BATCHES) {
            List<float[]> pictures = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                pictures.add(picture(random));
            }
            Map<String, Tensor> together = after.run(IMAGE, shape(batch), joined(pictures));
            for (int i = 0; i < batch; i++) {
                Map<String, Tensor> alone = before.run(input.getName(), foreignShape(), prepared(pictures.get(i)));
                for (Map.Entry<String, Tensor> each : alone.entrySet()) {
                    float[] expected = each.getValue().values();
                    float[] all = named(together, each.getKey()).values();
                    double difference = difference(
                            expected, Arrays.copyOfRange(all, i * expected.length, (i + 1) * expected.length));
                    if (all.length != batch * expected.length
                            || !(difference <= TOLERANCE * Math.max(1, largest(expected)))) {
                        throw new IllegalArgumentException(
                                "the locator's batch can't be freed: its %s differs by %s in a batch of %d"
                                        .formatted(each.getKey(), difference, batch));
                    }
                }
            }
        }
    }

    /** Requires that a graph that gives boxes itself gives them in pixels: as shares, all would lie in the first pixels. */
    private void requirePixels(Session session) throws OrtException {
        if (spec.kind() != LocatorSpec.Kind.BOXES) {
            return;
        }
        float largest = 0;
        for (Map.Entry<String, Tensor> each :
                session.run(IMAGE, shape(1), picture(new Random(SEED))).entrySet()) {
            long[] shape = each.getValue().shape();
            if (each.getKey().equals(BOXES) || (shape.length == 3 && shape[2] == BOX)) {
                largest = Math.max(largest, largest(each.getValue().values()));
            }
        }
        if (largest > 0 && largest <= MOST_SHARE && Math.min(spec.width(), spec.height()) > 2 * MOST_SHARE) {
            throw new IllegalArgumentException(
                    "the locator's boxes reach up to %.2f, as shares of the input do, and pixels are needed: export it with boxes times %d x %d"
                            .formatted(largest, spec.width(), spec.height()));
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double difference(float[] expected, float[] actual) {
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - actual[i]) / Math.max(1, Math.abs(expected[i]));
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }

    private float[] picture(Random random) {
        float[] picture = new float[CHANNELS * spec.height() * spec.width()];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = random.nextFloat();
        }
        return picture;
    }

    /** Returns a picture as the foreign graph takes it, computed without the graph that prepares it. */
    private float[] prepared(float[] picture) {
        float[] prepared = new float[picture.length];
        int plane = spec.height() * spec.width();
        for (int channel = 0; channel < CHANNELS; channel++) {
            int source = bgr ? CHANNELS - 1 - channel : channel;
            for (int i = 0; i < plane; i++) {
                float value = picture[source * plane + i] * scale[channel] + offset[channel];
                prepared[channelsLast ? i * CHANNELS + channel : channel * plane + i] = value;
            }
        }
        return prepared;
    }

    private static float[] joined(List<float[]> pictures) {
        int length = pictures.get(0).length;
        float[] all = new float[pictures.size() * length];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i), 0, all, i * length, length);
        }
        return all;
    }

    private long[] shape(int batch) {
        return new long[] {batch, CHANNELS, spec.height(), spec.width()};
    }

    private long[] foreignShape() {
        return channelsLast ? new long[] {1, spec.height(), spec.width(), CHANNELS} : shape(1);
    }

    private static boolean fits(List<Long> shape, long... sizes) {
        for (int i = 0; i < sizes.length; i++) {
            // A size that isn't fixed may be any.
            if (shape.get(i) > 0 && shape.get(i) != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<Long> sizes(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map(Dimension::getDimValue)
                .collect(Collectors.toList());
    }

    private static NodeProto node(String operator, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output + "." + operator)
                .addAllInput(inputs)
                .addOutput(output)
                .build();
    }

    static TensorProto longs(String name, long[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    private static TensorProto floats(String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(List.of(1L, (long) values.length, 1L, 1L))
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    static long[] longs(TensorProto tensor) {
        if (tensor.getRawData().isEmpty()) {
            return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    private static ValueInfoProto value(String name, long[] shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (long size : shape) {
            dimensions.addDim(
                    size < 0
                            ? Dimension.newBuilder().setDimParam("n")
                            : Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(dimensions)))
                .build();
    }

    /** A tensor has what one output gave. */
    private record Tensor(long[] shape, float[] values) {}

    /** A session runs a graph on the CPU. */
    private record Session(OrtSession session) implements AutoCloseable {
        /** Has ONNX Runtime's own log silenced, since what matters of it is thrown. */
        private static final OrtEnvironment ENVIRONMENT =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "twinstream");

        Session(byte[] model) throws OrtException {
            this(opened(model));
        }

        private static OrtSession opened(byte[] model) throws OrtException {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                return ENVIRONMENT.createSession(model, options);
            }
        }

        Map<String, Tensor> run(String input, long[] shape, float[] values) throws OrtException {
            try (OnnxTensor tensor = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
                    OrtSession.Result result = session.run(Map.of(input, tensor))) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> each : result) {
                    if (!(each.getValue() instanceof OnnxTensor output) || output.getFloatBuffer() == null) {
                        throw new IllegalArgumentException(
                                "the locator's %s isn't a tensor of floats".formatted(each.getKey()));
                    }
                    FloatBuffer buffer = output.getFloatBuffer();
                    float[] all = new float[buffer.remaining()];
                    buffer.get(all);
                    tensors.put(each.getKey(), new Tensor(output.getInfo().getShape(), all));
                }
                return tensors;
            }
        }

        @Override
        public void close() throws OrtException {
            session.close();
        }
    }
}
