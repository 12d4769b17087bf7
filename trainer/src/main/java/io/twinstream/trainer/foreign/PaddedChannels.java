package io.twinstream.trainer.foreign;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pads the channels between convolutions to multiples of {@value #BLOCK} with weights of zero, which changes no output: the
 * added channels hold zeros, and what reads them multiplies them by zero.
 *
 * <p>ONNX Runtime computes convolutions on a CPU in blocks of up to 16 channels. Where the number of channels is no multiple
 * of a block it computes the depthwise ones in another way and copies the values from one layout to the other and back. In a
 * small detector that is a third of the time.
 *
 * <p>Maintainers: a value is padded if whatever makes it and whatever takes it is understood here. All values begin as
 * padded; those that can't be are taken out until none is left to take out.
 */
final class PaddedChannels {
    /** The channels of a block of 512 bits, a multiple of all smaller blocks. */
    private static final int BLOCK = 16;
    /** The most that channels may grow by: more would cost more than the copies that it saves. */
    private static final double MOST_GROWTH = 1.5;

    private static final String PREFIX = "twinstream.padded.";
    private static final int CHANNEL_AXIS = 1;
    private static final Set<String> ELEMENTWISE = Set.of("Relu", "LeakyRelu", "MaxPool", "Add", "PRelu");

    private final GraphProto graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, NodeProto> makers = new HashMap<>();
    private final Map<String, List<NodeProto>> takers = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();
    /** The channels of each value before it is padded, for those that are. */
    private final Map<String, Integer> channels = new LinkedHashMap<>();
    /** The names of values that are others now, since only zeros were appended to them. */
    private final Map<String, String> same = new HashMap<>();

    private PaddedChannels(GraphProto graph) {
        this.graph = graph;
        graph.getInitializerList().forEach(each -> constants.put(each.getName(), each));
        graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(each -> makers.put(each, node));
            node.getInputList()
                    .forEach(each -> takers.computeIfAbsent(each, key -> new ArrayList<>())
                            .add(node));
        }
    }

    /** Returns the graph with padded channels, or the same graph where none would gain by it. */
    static GraphProto of(GraphProto graph) {
        PaddedChannels padding = new PaddedChannels(graph);
        padding.choose();
        // What the graphs within a node take isn't seen here.
        boolean nested = graph.getNodeList().stream()
                .flatMap(each -> each.getAttributeList().stream())
                .anyMatch(each -> each.hasG() || each.getGraphsCount() > 0);
        boolean gains = !nested && padding.channels.values().stream().anyMatch(each -> padded(each) > each);
        return gains ? padding.written() : graph;
    }

    private static int padded(int count) {
        return (count + BLOCK - 1) / BLOCK * BLOCK;
    }

    private void choose() {
        for (NodeProto node : graph.getNodeList()) {
            int count = made(node);
            if (count > 0 && padded(count) <= MOST_GROWTH * count && !outputs.contains(node.getOutput(0))) {
                channels.put(node.getOutput(0), count);
            }
        }
        boolean changed = true;
        while (changed) {
            changed = channels.keySet().removeIf(value -> !canBeMade(value) || !canBeTaken(value));
        }
    }

    /** Returns the channels of what a node makes, if it is understood and they are known; else 0. */
    private int made(NodeProto node) {
        String first = node.getInputCount() > 0 ? node.getInput(0) : "";
        if (node.getOutputCount() != 1 || !node.getDomain().isEmpty()) {
            return 0;
        }
        if (node.getOpType().equals("Conv")) {
            TensorProto weights = weights(node);
            return weights != null && (group(node) == 1 || isDepthwise(node, weights)) ? (int) weights.getDims(0) : 0;
        }
        if (ELEMENTWISE.contains(node.getOpType())) {
            boolean sloped = !node.getOpType().equals("PRelu") || slopes(node, count(first)) != null;
            boolean added = !node.getOpType().equals("Add") || count(first) == count(node.getInput(1));
            return sloped && added ? count(first) : 0;
        }
        int zeros = appended(node);
        return zeros > 0 && count(first) > 0 ? count(first) + zeros : 0;
    }

    private int count(String value) {
        return channels.getOrDefault(value, 0);
    }

    private boolean canBeMade(String value) {
        NodeProto node = requireNonNull(makers.get(value));
        if (node.getOpType().equals("Conv")) {
            return group(node) == 1 || channels.containsKey(node.getInput(0));
        }
        boolean other = !node.getOpType().equals("Add") || channels.containsKey(node.getInput(1));
        return other && channels.containsKey(node.getInput(0));
    }

    private boolean canBeTaken(String value) {
        int count = count(value);
        return takers.getOrDefault(value, List.of()).stream().allMatch(node -> {
            if (node.getOpType().equals("Conv") && node.getInput(0).equals(value) && group(node) == 1) {
                TensorProto weights = weights(node);
                return weights != null && weights.getDims(1) == count;
            }
            return node.getOutputCount() == 1 && channels.containsKey(node.getOutput(0));
        });
    }

    private GraphProto written() {
        GraphProto.Builder to = graph.toBuilder().clearNode();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder next = node.toBuilder();
            for (int i = 0; i < node.getInputCount(); i++) {
                next.setInput(i, same.getOrDefault(node.getInput(i), node.getInput(i)));
            }
            if (node.getOpType().equals("Conv")) {
                to.addNode(convolution(node, next, to));
            } else if (node.getOpType().equals("PRelu") && channels.containsKey(node.getOutput(0))) {
                FloatBuffer slopes = requireNonNull(slopes(node, count(node.getInput(0))));
                int wide = padded(slopes.remaining());
                to.addNode(next.setInput(1, constant(to, node, "slope", filled(slopes, wide), wide, 1, 1)));
            } else if (appended(node) > 0 && channels.containsKey(node.getOutput(0))) {
                append(node, next, to);
            } else {
                to.addNode(next);
            }
        }
        // What the padded channels replace is in no node any more; shapes that were inferred before may not hold.
        Set<String> used = new HashSet<>(outputs);
        to.getNodeList().forEach(each -> used.addAll(each.getInputList()));
        List<TensorProto> left = to.getInitializerList().stream()
                .filter(each -> used.contains(each.getName()))
                .toList();
        Set<String> dropped = new HashSet<>(constants.keySet());
        dropped.removeAll(used);
        List<ValueInfoProto> inputs = to.getInputList().stream()
                .filter(each -> !dropped.contains(each.getName()))
                .toList();
        List<NodeProto> nodes = to.getNodeList().stream()
                .filter(each -> each.getOutputList().stream().anyMatch(used::contains))
                .toList();
        return to.clearInitializer()
                .addAllInitializer(left)
                .clearInput()
                .addAllInput(inputs)
                .clearNode()
                .addAllNode(nodes)
                .clearValueInfo()
                .build();
    }

    private NodeProto convolution(NodeProto node, NodeProto.Builder next, GraphProto.Builder to) {
        boolean takesMore = channels.containsKey(node.getInput(0));
        boolean makesMore = channels.containsKey(node.getOutput(0));
        TensorProto weights = weights(node);
        if (weights == null || !(takesMore || makesMore)) {
            return next.build();
        }
        int out = (int) weights.getDims(0);
        int in = (int) weights.getDims(1);
        boolean depthwise = isDepthwise(node, weights);
        int wideOut = makesMore ? padded(out) : out;
        int wideIn = takesMore && !depthwise ? padded(in) : in;
        int area = (int) (weights.getDims(2) * weights.getDims(3));
        FloatBuffer values = floats(weights);
        float[] wide = new float[wideOut * wideIn * area];
        for (int channel = 0; channel < out; channel++) {
            values.get(wide, channel * wideIn * area, in * area);
        }
        next.setInput(1, constant(to, node, "weights", wide, wideOut, wideIn, weights.getDims(2), weights.getDims(3)));
        if (makesMore && node.getInputCount() > 2 && !node.getInput(2).isEmpty()) {
            FloatBuffer bias = floats(requireNonNull(constants.get(node.getInput(2))));
            next.setInput(2, constant(to, node, "bias", filled(bias, wideOut), wideOut));
        }
        if (depthwise) {
            for (AttributeProto.Builder each : next.getAttributeBuilderList()) {
                if (each.getName().equals("group")) {
                    each.setI(wideOut);
                }
            }
        }
        return next.build();
    }

    /** Appends to padded channels the zeros that they don't have yet; where they have all, the value stays as it is. */
    private void append(NodeProto node, NodeProto.Builder next, GraphProto.Builder to) {
        int before = padded(count(node.getInput(0)));
        int after = padded(count(node.getOutput(0)));
        long more = (long) after - before;
        if (before == after) {
            same.put(node.getOutput(0), next.getInput(0));
        } else if (node.getOpType().equals("Pad")) {
            long[] pads = requireNonNull(longs(node.getInput(1)));
            pads[pads.length / 2 + CHANNEL_AXIS] = more;
            String name = PREFIX + node.getOutput(0) + ".pads";
            to.addInitializer(ForeignLocator.longs(name, pads));
            to.addNode(next.setInput(1, name));
        } else {
            NodeProto block = requireNonNull(makers.get(node.getInput(1)));
            long[] sizes = requireNonNull(longs(block.getInput(0)));
            sizes[CHANNEL_AXIS] = more;
            String name = PREFIX + node.getOutput(0);
            to.addInitializer(ForeignLocator.longs(name + ".sizes", sizes));
            to.addNode(block.toBuilder().setInput(0, name + ".sizes").setOutput(0, name + ".zeros"));
            to.addNode(next.setInput(1, name + ".zeros"));
        }
    }

    /** Returns how many channels of zeros a node appends to its first input and does nothing else; 0 where it does other things. */
    private int appended(NodeProto node) {
        if (node.getOpType().equals("Concat") && node.getInputCount() == 2 && integer(node, "axis", 0) == 1) {
            NodeProto block = makers.get(node.getInput(1));
            long[] sizes = block != null && block.getOpType().equals("ConstantOfShape") && isZero(block)
                    ? longs(block.getInput(0))
                    : null;
            return sizes != null && sizes.length == 4 ? (int) sizes[CHANNEL_AXIS] : 0;
        }
        if (node.getOpType().equals("Pad") && node.getInputCount() == 2 && hasNoMode(node)) {
            long[] pads = longs(node.getInput(1));
            if (pads != null && pads.length == 8) {
                long onChannels = pads[4 + CHANNEL_AXIS];
                long all = 0;
                for (long each : pads) {
                    all += Math.abs(each);
                }
                return all == onChannels ? (int) onChannels : 0;
            }
        }
        return 0;
    }

    private static boolean hasNoMode(NodeProto pad) {
        return pad.getAttributeList().stream()
                .allMatch(each -> each.getName().equals("mode")
                        && each.getS().toStringUtf8().equals("constant"));
    }

    /** Returns whether a ConstantOfShape gives zeros of floats, as it does by default. */
    private static boolean isZero(NodeProto block) {
        return block.getAttributeList().stream()
                .filter(each -> each.getName().equals("value"))
                .allMatch(each -> each.getT().getDataType() == DataType.FLOAT_VALUE
                        && floats(each.getT()).get(0) == 0);
    }

    private @Nullable TensorProto weights(NodeProto node) {
        TensorProto weights = node.getInputCount() > 1 ? constants.get(node.getInput(1)) : null;
        TensorProto bias = node.getInputCount() > 2 ? constants.get(node.getInput(2)) : null;
        boolean biased = node.getInputCount() <= 2 || node.getInput(2).isEmpty() || (bias != null && isFloats(bias));
        return weights != null && isFloats(weights) && weights.getDimsCount() == 4 && biased ? weights : null;
    }

    private @Nullable FloatBuffer slopes(NodeProto node, int count) {
        TensorProto slope = constants.get(node.getInput(1));
        boolean each = slope != null
                && isFloats(slope)
                && slope.getDimsList().equals(List.of((long) count, 1L, 1L))
                && count > 0;
        return slope != null && each ? floats(slope) : null;
    }

    private static boolean isDepthwise(NodeProto node, TensorProto weights) {
        return group(node) > 1 && group(node) == weights.getDims(0) && weights.getDims(1) == 1;
    }

    private static long group(NodeProto node) {
        return integer(node, "group", 1);
    }

    private static long integer(NodeProto node, String name, long otherwise) {
        return node.getAttributeList().stream()
                .filter(each -> each.getName().equals(name))
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(otherwise);
    }

    private static boolean isFloats(TensorProto tensor) {
        long count = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        return tensor.getDataType() == DataType.FLOAT_VALUE
                && (tensor.getFloatDataCount() == count || tensor.getRawData().size() == Float.BYTES * count);
    }

    private static FloatBuffer floats(TensorProto tensor) {
        FloatBuffer values = FloatBuffer.allocate(
                Math.max(tensor.getFloatDataCount(), tensor.getRawData().size() / Float.BYTES));
        if (tensor.getFloatDataCount() > 0) {
            tensor.getFloatDataList().forEach(values::put);
        } else {
            values.put(tensor.getRawData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer());
        }
        return values.flip();
    }

    private static float[] filled(FloatBuffer values, int length) {
        float[] filled = new float[length];
        values.get(filled, 0, values.remaining());
        return filled;
    }

    private long @Nullable [] longs(String name) {
        TensorProto tensor = constants.get(name);
        return tensor != null && tensor.getDataType() == DataType.INT64_VALUE ? ForeignLocator.longs(tensor) : null;
    }

    private static String constant(
            GraphProto.Builder to, NodeProto node, String what, float[] values, long... dimensions) {
        String name = PREFIX + node.getOutput(0) + '.' + what;
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(raw));
        for (long dimension : dimensions) {
            tensor.addDims(dimension);
        }
        to.addInitializer(tensor);
        return name;
    }
}
