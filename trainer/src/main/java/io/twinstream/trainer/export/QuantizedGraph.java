package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.twinstream.trainer.export.Calibration.ByteScale;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes {@code embedder-int8.onnx} from {@code embedder.onnx}, in QDQ form: activations are uint8 with a scale a
 * tensor, weights int8 with a scale an output channel, biases int32. Convolutions, with the ReLU after them, and fully
 * connected layers compute with bytes; pooling and flattening hand them on. All else stays floats, such as the sigmoid
 * and the last fully connected layer's answer.
 *
 *
 * <p>Maintainers: ONNX Runtime makes QLinearConv, QGemm and a MaxPool of bytes of it where each stands between
 * DequantizeLinear and QuantizeLinear. Weights have 7 bits, so that two products fit into 16. CPUs without VNNI add
 * them there and would saturate with 8, which makes an embedding another one from machine to machine.
 */
final class QuantizedGraph {
    static final int LARGEST_WEIGHT = 64;
    /** A bias may be half of what 32 bits hold; the rest is for the products that are added to it. */
    private static final double LARGEST_BIAS = 1 << 30;

    private static final String BYTES = ".bytes";
    private static final String FLOATS = ".floats";

    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Function<String, ByteScale> ranges;
    private final OnnxGraph graph;
    /** These outputs of convolutions are held as bytes once it is known whether a ReLU follows. */
    private final Set<String> open = new HashSet<>();

    private final Map<String, ByteScale> bytes = new HashMap<>();

    private QuantizedGraph(GraphProto embedder, Function<String, ByteScale> ranges) {
        this.ranges = ranges;
        this.graph = OnnxGraph.like(embedder);
        embedder.getInitializerList().forEach(each -> constants.put(each.getName(), each));
        embedder.getNodeList().forEach(this::add);
    }

    /** @param ranges gives the range of each tensor that {@link #tensors} names */
    static byte[] of(byte[] embedder, Function<String, ByteScale> ranges) throws ExportException {
        try {
            return new QuantizedGraph(ModelProto.parseFrom(embedder).getGraph(), ranges).graph.toBytes();
        } catch (InvalidProtocolBufferException e) {
            throw new ExportException("the embedder is no ONNX file: " + e.getMessage());
        }
    }

    /** Returns the tensors that become bytes, the image among them. */
    static Set<String> tensors(byte[] embedder) throws ExportException {
        Set<String> tensors = new LinkedHashSet<>();
        of(embedder, name -> {
            tensors.add(name);
            return new ByteScale(1, 0);
        });
        return tensors;
    }

    private void add(NodeProto node) {
        String input = node.getInput(0);
        switch (node.getOpType()) {
            case "Conv" -> {
                weighted(node, 0);
                open.add(node.getOutput(0));
            }
            case "Gemm" -> weighted(node, 1);
            case "Relu" -> {
                boolean ofConvolution = open.remove(input);
                copy(node, input);
                if (ofConvolution) {
                    open.add(node.getOutput(0));
                }
            }
            case "MaxPool", "Flatten" -> {
                copy(node, settled(input));
                if (bytes.containsKey(input)) {
                    quantize(node.getOutput(0), bytes.get(input));
                }
            }
            default -> copy(node, settled(input));
        }
    }

    private void copy(NodeProto node, String input) {
        graph.node(node.toBuilder().setInput(0, input).build());
    }

    /** Returns the tensor's name as the next node takes it. */
    private String settled(String tensor) {
        return open.remove(tensor) ? quantized(tensor) : bytes.containsKey(tensor) ? tensor + FLOATS : tensor;
    }

    private String quantized(String tensor) {
        open.remove(tensor);
        if (!bytes.containsKey(tensor)) {
            quantize(tensor, ranges.apply(tensor));
        }
        return tensor + FLOATS;
    }

    private void quantize(String tensor, ByteScale as) {
        bytes.put(tensor, as);
        List<String> how = List.of(tensor + ".scale", tensor + ".zero");
        graph.constant(how.get(0), new float[] {as.scale()})
                .constant(how.get(1), TensorProto.DataType.UINT8, new byte[] {(byte) as.zeroPoint()})
                .node("QuantizeLinear", List.of(tensor, how.get(0), how.get(1)), tensor + BYTES)
                .node("DequantizeLinear", List.of(tensor + BYTES, how.get(0), how.get(1)), tensor + FLOATS);
    }

    /** @param axis the axis of the weights along which the output channels lie */
    private void weighted(NodeProto node, int axis) {
        String input = quantized(node.getInput(0));
        ByteScale inputs = Objects.requireNonNull(bytes.get(node.getInput(0)));
        String weights = node.getInput(1);
        String bias = node.getInput(2);
        ChannelWeights held = ChannelWeights.of(
                PackageWeights.values(constants.get(weights)),
                PackageWeights.values(constants.get(bias)),
                axis == 0,
                inputs.scale());
        long[] shape = Objects.requireNonNull(constants.get(weights)).getDimsList().stream()
                .mapToLong(Long::longValue)
                .toArray();
        int channels = held.scales().length;
        graph.constant(weights + BYTES, TensorProto.DataType.INT8, held.weights(), shape)
                .constant(weights + ".scale", held.scales(), channels)
                .constant(weights + ".zero", TensorProto.DataType.INT8, new byte[channels], channels)
                .dequantized(List.of(weights + BYTES, weights + ".scale", weights + ".zero"), axis, weights + FLOATS)
                .constant(bias + BYTES, held.bias(), channels)
                .constant(bias + ".scale", held.biasScales(), channels)
                .constant(bias + ".zero", new int[channels], channels)
                .dequantized(List.of(bias + BYTES, bias + ".scale", bias + ".zero"), 0, bias + FLOATS)
                .node(node.toBuilder()
                        .clearInput()
                        .addAllInput(List.of(input, weights + FLOATS, bias + FLOATS))
                        .build());
    }

    /**
     * Channel weights are a layer's numbers as bytes; each output channel has a scale of its own.
     *
     * @param weights weights from {@code -LARGEST_WEIGHT} to {@code LARGEST_WEIGHT}
     * @param biasScales the product of the scales of input and weights, which ONNX Runtime takes for granted
     */
    record ChannelWeights(byte[] weights, float[] scales, int[] bias, float[] biasScales) {
        /** @param channelsFirst true where a channel's weights lie side by side */
        static ChannelWeights of(float[] weights, float[] bias, boolean channelsFirst, float inputScale) {
            int channels = bias.length;
            int each = weights.length / channels;
            float[] scales = new float[channels];
            for (int i = 0; i < weights.length; i++) {
                int channel = channelsFirst ? i / each : i % channels;
                scales[channel] = Math.max(scales[channel], Math.abs(weights[i]) / LARGEST_WEIGHT);
            }
            int[] biases = new int[channels];
            float[] biasScales = new float[channels];
            for (int channel = 0; channel < channels; channel++) {
                // A channel of hardly any weight is only its bias.
                float least = (float) (Math.abs(bias[channel]) / (inputScale * LARGEST_BIAS));
                scales[channel] = Math.max(scales[channel], least);
                scales[channel] = scales[channel] > 0 ? scales[channel] : 1;
                biasScales[channel] = scales[channel] * inputScale;
                biases[channel] = Math.round(bias[channel] / biasScales[channel]);
            }
            byte[] bytes = new byte[weights.length];
            for (int i = 0; i < weights.length; i++) {
                bytes[i] = (byte) Math.round(weights[i] / scales[channelsFirst ? i / each : i % channels]);
            }
            return new ChannelWeights(bytes, scales, biases, biasScales);
        }
    }
}
