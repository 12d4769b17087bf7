package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stem is the first layer of an int8 embedder, as {@link QuantizedGraph} writes it, whose answers come for every second pixel:
 * a convolution of stride 2, or one of stride 1 with 2 x 2 max pooling behind it. No other node takes a tensor from within it.
 *
 * @param image makes bytes of the image
 * @param imageFloats gives these to the convolution
 * @param weights gives the convolution its weights, {@code [filters, channels, height, width]}
 * @param bias gives the convolution its bias
 * @param convolution has one group and no dilation
 * @param bytes makes bytes of the convolution's answers, behind a ReLU or not
 * @param pooling what pools these bytes; null behind a convolution of stride 2
 */
record Stem(
        NodeProto image,
        NodeProto imageFloats,
        Numbers weights,
        Numbers bias,
        NodeProto convolution,
        NodeProto bytes,
        @Nullable Pooling pooling,
        Side vertical,
        Side horizontal) {
    /** ONNX Runtime's convolution of bytes is as fast with 4 channels, which need no copying, as with blocks of them. */
    private static final int MOST_CHANNELS = 3;

    private static final String TO_BYTES = "QuantizeLinear";
    private static final String TO_FLOATS = "DequantizeLinear";
    private static final List<Long> ONES = List.of(1L, 1L);
    private static final List<Long> TWOS = List.of(2L, 2L);
    private static final List<Long> NO_PADS = List.of(0L, 0L, 0L, 0L);

    /** Returns a graph's stem; empty if its first layer is of another kind. */
    static Optional<Stem> of(GraphProto graph) {
        GraphLinks links = new GraphLinks(graph);
        if (graph.getInputCount() != 1) {
            return Optional.empty();
        }
        NodeProto image = links.taker(graph.getInput(0).getName(), TO_BYTES);
        NodeProto imageFloats = links.next(image, TO_FLOATS);
        NodeProto convolution = links.next(imageFloats, "Conv");
        if (image == null || imageFloats == null || convolution == null || !isPlain(convolution)) {
            return Optional.empty();
        }
        NodeProto active = links.next(convolution, "Relu");
        NodeProto bytes = links.next(active == null ? convolution : active, TO_BYTES);
        Numbers weights = Numbers.of(links, convolution, 1, TensorProto.DataType.INT8);
        Numbers bias = Numbers.of(links, convolution, 2, TensorProto.DataType.INT32);
        if (bytes == null || weights == null || bias == null || imageFloats.getInputCount() != 3) {
            return Optional.empty();
        }
        List<Long> strides = GraphLinks.integers(convolution, "strides", ONES);
        Pooling pooling = strides.equals(ONES) ? Pooling.of(links, bytes) : null;
        if (pooling == null && !strides.equals(TWOS)) {
            return Optional.empty();
        }
        List<Dimension> shape =
                graph.getInput(0).getType().getTensorType().getShape().getDimList();
        List<Long> kernel = weights.values().getDimsList();
        if (shape.size() != 4
                || kernel.size() != 4
                || shape.get(1).getDimValue() != kernel.get(1)
                || kernel.get(1) > MOST_CHANNELS) {
            return Optional.empty();
        }
        List<Long> pads = GraphLinks.integers(convolution, "pads", NO_PADS);
        Side vertical = Side.of(shape.get(2), kernel.get(2), pads.get(0), pads.get(2), pooling != null);
        Side horizontal = Side.of(shape.get(3), kernel.get(3), pads.get(1), pads.get(3), pooling != null);
        return vertical.places() < 1 || horizontal.places() < 1
                ? Optional.empty()
                : Optional.of(
                        new Stem(image, imageFloats, weights, bias, convolution, bytes, pooling, vertical, horizontal));
    }

    private static boolean isPlain(NodeProto convolution) {
        return GraphLinks.integer(convolution, "group", 1) == 1
                && GraphLinks.integers(convolution, "dilations", ONES).equals(ONES)
                && GraphLinks.attribute(convolution, "auto_pad") == null;
    }

    int filters() {
        return (int) weights.values().getDims(0);
    }

    int channels() {
        return (int) weights.values().getDims(1);
    }

    /**
     * Numbers of a layer are whole numbers with scale and zero point for each filter.
     *
     * @param floats the node that makes floats of them
     * @param values the numbers, filter by filter
     */
    record Numbers(NodeProto floats, TensorProto values, TensorProto scales, TensorProto zeros) {
        private static @Nullable Numbers of(
                GraphLinks links, NodeProto convolution, int input, TensorProto.DataType type) {
            NodeProto floats = links.source(convolution, input, TO_FLOATS);
            if (floats == null || GraphLinks.integer(floats, "axis", 1) != 0) {
                return null;
            }
            TensorProto values = links.constant(floats, 0);
            TensorProto scales = links.constant(floats, 1);
            TensorProto zeros = links.constant(floats, 2);
            if (values == null
                    || scales == null
                    || zeros == null
                    || values.getDataType() != type.getNumber()
                    || values.getDimsCount() == 0) {
                return null;
            }
            long filters = values.getDims(0);
            return isEach(scales, filters)
                            && isEach(zeros, filters)
                            && !values.getRawData().isEmpty()
                    ? new Numbers(floats, values, scales, zeros)
                    : null;
        }

        private static boolean isEach(TensorProto constant, long filters) {
            return constant.getDimsList().equals(List.of(filters))
                    && !constant.getRawData().isEmpty();
        }
    }

    /** Pooling makes floats of bytes, takes the largest of each 2 x 2, makes bytes of these, and floats for the next layer. */
    record Pooling(NodeProto before, NodeProto pool, NodeProto bytes, NodeProto after) {
        private static @Nullable Pooling of(GraphLinks links, NodeProto answers) {
            NodeProto before = links.next(answers, TO_FLOATS);
            NodeProto pool = links.next(before, "MaxPool");
            NodeProto bytes = links.next(pool, TO_BYTES);
            NodeProto after = links.next(bytes, TO_FLOATS);
            return before != null && pool != null && bytes != null && after != null && isPlain(pool)
                    ? new Pooling(before, pool, bytes, after)
                    : null;
        }

        private static boolean isPlain(NodeProto pool) {
            return GraphLinks.integers(pool, "kernel_shape", List.of()).equals(TWOS)
                    && GraphLinks.integers(pool, "strides", ONES).equals(TWOS)
                    && GraphLinks.integers(pool, "pads", NO_PADS).equals(NO_PADS)
                    && GraphLinks.integers(pool, "dilations", ONES).equals(ONES)
                    && GraphLinks.integer(pool, "ceil_mode", 0) == 0
                    && GraphLinks.attribute(pool, "auto_pad") == null;
        }
    }

    /**
     * A side tells how the stem lies along the height or the width of the image.
     *
     * @param size the image's pixels
     * @param kernel the pixels that one answer of the convolution is computed from
     * @param before the padding before the first pixel
     * @param pooled the number of neighbouring answers of which pooling takes the largest, or 1
     * @param places the number of answers behind the stem
     */
    record Side(int size, int kernel, int before, int pooled, int places) {
        private static Side of(Dimension size, long kernel, long before, long after, boolean pooled) {
            int room = (int) (size.getDimValue() + before + after - kernel);
            return new Side(
                    (int) size.getDimValue(),
                    (int) kernel,
                    (int) before,
                    pooled ? 2 : 1,
                    pooled ? (room + 1) / 2 : room < 0 ? 0 : room / 2 + 1);
        }

        /** Returns the number of blocks of 2 pixels that hold all of what one place is computed from. */
        int blocks() {
            return (kernel + pooled) / 2;
        }

        /** Returns the padding behind the last pixel that completes the last place's blocks; -1 if no place needs that pixel. */
        int after() {
            return 2 * (places - 1 + blocks()) - size - before;
        }

        /** Returns whether image and padding are whole blocks. */
        boolean isWhole() {
            return size % 2 == 0 && before % 2 == 0 && after() >= 0;
        }
    }
}
