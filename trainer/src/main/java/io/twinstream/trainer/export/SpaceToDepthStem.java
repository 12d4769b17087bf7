package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.twinstream.trainer.export.Stem.Numbers;
import io.twinstream.trainer.export.Stem.Pooling;
import io.twinstream.trainer.export.Stem.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes an int8 embedder anew with a space-to-depth stem (Ridnik et al. 2020, TResNet, section 2.1): each block of 2 x 2 pixels
 * becomes one place with four times the channels. Where pooling follows, the convolution gives all four answers of a block as
 * filters of their own, and pooling goes over these. Weights are the same numbers with zeros between, sums are of integers, and
 * so every answer is the same to the bit.
 *
 * <p>Maintainers: ONNX Runtime 1.29 copies what each answer of a convolution of bytes is computed from, row by row, unless the
 * channels are a multiple of 4. With one channel these are copies of 5 bytes, and took half of {@code compact}'s time. A Split
 * and a Max in the place of the pooling cost twice as much as the pooling; in fp32 the form is slower, and sums differ. ONNX
 * Runtime cancels the Transposes, since it holds bytes with their channels last.
 */
final class SpaceToDepthStem {
    private static final String OWN = "stem";
    private static final Map<String, long[]> CHANNELS_LAST = Map.of("perm", new long[] {0, 2, 3, 1});
    private static final Map<String, long[]> CHANNELS_SECOND = Map.of("perm", new long[] {0, 3, 1, 2});

    private final Stem stem;
    private final OnnxGraph graph;

    private SpaceToDepthStem(GraphProto embedder, Stem stem) {
        this.stem = stem;
        this.graph = OnnxGraph.like(embedder);
        Set<String> replaced = replaced(stem);
        Set<String> constants = Stream.of(stem.weights(), stem.bias())
                .flatMap(each -> each.floats().getInputList().stream())
                .collect(Collectors.toSet());
        embedder.getInitializerList().stream()
                .filter(each -> !constants.contains(each.getName()))
                .forEach(graph::constant);
        for (NodeProto node : embedder.getNodeList()) {
            if (node.equals(stem.convolution())) {
                convolution();
            } else if (!replaced.contains(node.getOutput(0))) {
                graph.node(node);
            }
            if (node.equals(stem.bytes()) && stem.pooling() != null) {
                pooling(stem.pooling());
            }
        }
    }

    /** Returns the embedder in this form; empty if its first layer doesn't fit, or has this form already. */
    static Optional<byte[]> of(byte[] embedder) throws ExportException {
        try {
            ModelProto model = ModelProto.parseFrom(embedder);
            return OnnxGraph.isOwn(model)
                    ? Stem.of(model.getGraph())
                            .map(stem -> new SpaceToDepthStem(model.getGraph(), stem).graph.toBytes())
                    : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            throw new ExportException("the embedder is no ONNX file: " + e.getMessage());
        }
    }

    /** Returns the outputs of the nodes that are written anew. */
    private static Set<String> replaced(Stem stem) {
        Stream<NodeProto> layer = Stream.of(
                stem.imageFloats(), stem.weights().floats(), stem.bias().floats());
        Pooling pooling = stem.pooling();
        Stream<NodeProto> pooled = pooling == null
                ? Stream.of()
                : Stream.of(pooling.before(), pooling.pool(), pooling.bytes(), pooling.after());
        return Stream.concat(layer, pooled).map(node -> node.getOutput(0)).collect(Collectors.toSet());
    }

    private void convolution() {
        List<String> how = stem.imageFloats().getInputList().subList(1, 3);
        String image = stem.image().getOutput(0);
        Side vertical = stem.vertical();
        Side horizontal = stem.horizontal();
        long[] pads = new long[4];
        if (vertical.isWhole() && horizontal.isWhole()) {
            pads = new long[] {
                vertical.before() / 2, horizontal.before() / 2, vertical.after() / 2, horizontal.after() / 2
            };
        } else {
            // The byte of a zero, as a convolution pads with it.
            graph.constant(
                            OWN + ".pads",
                            new long[] {
                                0, 0, vertical.before(), horizontal.before(), 0, 0, vertical.after(), horizontal.after()
                            },
                            8)
                    .node("Pad", List.of(image, OWN + ".pads", how.get(1)), OWN + ".padded");
            image = OWN + ".padded";
        }
        graph.node("SpaceToDepth", List.of(image), OWN + ".blocks", "blocksize", 2)
                .node("DequantizeLinear", List.of(OWN + ".blocks", how.get(0), how.get(1)), OWN + ".blocks.floats");
        String weights = numbers(
                OWN + ".weights",
                stem.weights(),
                ByteString.copyFrom(weights()),
                List.of((long) channels(), (long) vertical.blocks(), (long) horizontal.blocks()));
        String bias = numbers(OWN + ".bias", stem.bias(), repeated(stem.bias().values()), List.of());
        graph.node(
                "Conv",
                List.of(OWN + ".blocks.floats", weights, bias),
                stem.convolution().getOutput(0),
                Map.of(
                        "kernel_shape", new long[] {vertical.blocks(), horizontal.blocks()},
                        "strides", new long[] {1, 1},
                        "pads", pads));
    }

    /** Pools over filters as over pixels: with channels last, the answers of a block lie side by side. */
    private void pooling(Pooling pooling) {
        long places = (long) stem.vertical().places() * stem.horizontal().places();
        graph.constant(OWN + ".answers.shape", new long[] {-1, places, answers(), stem.filters()}, 4)
                .constant(
                        OWN + ".pooled.shape",
                        new long[] {
                            -1, stem.vertical().places(), stem.horizontal().places(), stem.filters()
                        },
                        4)
                .node("Transpose", List.of(stem.bytes().getOutput(0)), OWN + ".places", CHANNELS_LAST)
                .node("Reshape", List.of(OWN + ".places", OWN + ".answers.shape"), OWN + ".answers")
                .node("Transpose", List.of(OWN + ".answers"), OWN + ".answers.bytes", CHANNELS_SECOND)
                .node(pooling.before().toBuilder()
                        .setInput(0, OWN + ".answers.bytes")
                        .build())
                .node(
                        "MaxPool",
                        List.of(pooling.pool().getInput(0)),
                        pooling.pool().getOutput(0),
                        Map.of("kernel_shape", new long[] {1, answers()}, "strides", new long[] {1, answers()}))
                .node(pooling.bytes())
                .node("Transpose", List.of(pooling.bytes().getOutput(0)), OWN + ".largest", CHANNELS_LAST)
                .node("Reshape", List.of(OWN + ".largest", OWN + ".pooled.shape"), OWN + ".pooled")
                .node("Transpose", List.of(OWN + ".pooled"), OWN + ".pooled.bytes", CHANNELS_SECOND)
                .node(pooling.after().toBuilder()
                        .setInput(0, OWN + ".pooled.bytes")
                        .build());
    }

    /** Writes a layer's numbers for all answers of a block, and returns the name of their floats. */
    private String numbers(String name, Numbers numbers, ByteString values, List<Long> shape) {
        List<String> inputs = List.of(name + ".bytes", name + ".scale", name + ".zero");
        long filters = (long) answers() * stem.filters();
        graph.constant(numbers.values().toBuilder()
                        .setName(inputs.get(0))
                        .clearDims()
                        .addDims(filters)
                        .addAllDims(shape)
                        .setRawData(values)
                        .build())
                .constant(each(inputs.get(1), numbers.scales()))
                .constant(each(inputs.get(2), numbers.zeros()))
                .dequantized(inputs, 0, name + ".floats");
        return name + ".floats";
    }

    private TensorProto each(String name, TensorProto ofFilters) {
        return ofFilters.toBuilder()
                .setName(name)
                .setDims(0, (long) answers() * stem.filters())
                .setRawData(repeated(ofFilters))
                .build();
    }

    private ByteString repeated(TensorProto ofFilters) {
        return IntStream.range(0, answers())
                .mapToObj(answer -> ofFilters.getRawData())
                .reduce(ByteString.EMPTY, ByteString::concat);
    }

    /** Returns the weights, each filter moved to the pixels of each answer. Where it moved away from stands what means zero. */
    private byte[] weights() {
        byte[] before = stem.weights().values().getRawData().toByteArray();
        ByteString zeros = stem.weights().zeros().getRawData();
        Side vertical = stem.vertical();
        Side horizontal = stem.horizontal();
        int filters = stem.filters();
        int length = channels() * vertical.blocks() * horizontal.blocks();
        byte[] after = new byte[answers() * filters * length];
        for (int filter = 0; filter < answers() * filters; filter++) {
            Arrays.fill(after, filter * length, (filter + 1) * length, zeros.byteAt(filter % filters));
            int answer = filter / filters;
            int from = filter % filters * stem.channels() * vertical.kernel() * horizontal.kernel();
            for (int channel = 0; channel < stem.channels(); channel++) {
                for (int row = 0; row < vertical.kernel(); row++) {
                    for (int column = 0; column < horizontal.kernel(); column++) {
                        int y = row + answer / 2;
                        int x = column + answer % 2;
                        int depth = (y % 2 * 2 + x % 2) * stem.channels() + channel;
                        int at = (depth * vertical.blocks() + y / 2) * horizontal.blocks() + x / 2;
                        after[filter * length + at] = before[from++];
                    }
                }
            }
        }
        return after;
    }

    /** Returns the number of answers of a block, of which pooling takes the largest, or 1. */
    private int answers() {
        return stem.vertical().pooled() * stem.horizontal().pooled();
    }

    /** Returns the number of channels of a block. */
    private int channels() {
        return 4 * stem.channels();
    }
}
