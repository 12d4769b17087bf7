package io.twinstream.trainer.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Looks at what flows through an embedder. It runs the embedder twice over some pictures, first for the ranges, then
 * for how the numbers are spread.
 */
final class Activations {
    private static final int BINS = 2048;
    private static final int AT_ONCE = 8;

    private final Map<String, double[]> ranges = new LinkedHashMap<>();
    private final Map<String, long[]> counts = new LinkedHashMap<>();

    private Activations() {}

    /** @param tensors outputs of the embedder's nodes */
    static Map<String, Spread> of(byte[] embedder, Set<String> tensors, InputSpec input, List<Picture> pictures)
            throws ExportException {
        Activations seen = new Activations();
        try (PlainGraph graph = new PlainGraph(showing(embedder, tensors))) {
            for (BiConsumer<String, FloatBuffer> look :
                    List.<BiConsumer<String, FloatBuffer>>of(seen::range, seen::count)) {
                for (int start = 0; start < pictures.size(); start += AT_ONCE) {
                    List<Picture> some = pictures.subList(start, Math.min(start + AT_ONCE, pictures.size()));
                    graph.show(
                            NetworkOutputs.pixels(input, some),
                            NetworkOutputs.shape(input, some.size()),
                            tensors,
                            look);
                }
            }
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        seen.counts.forEach((name, counts) -> {
            double[] range = seen.ranges.getOrDefault(name, new double[2]);
            spreads.put(name, new Spread(range[0], range[1], counts));
        });
        return spreads;
    }

    private void range(String name, FloatBuffer values) {
        double[] range = ranges.computeIfAbsent(name, each -> new double[2]);
        while (values.hasRemaining()) {
            float value = values.get();
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
    }

    private void count(String name, FloatBuffer values) {
        double[] range = ranges.getOrDefault(name, new double[2]);
        long[] bins = counts.computeIfAbsent(name, each -> new long[BINS]);
        double perUnit = range[1] > range[0] ? BINS / (range[1] - range[0]) : 0;
        while (values.hasRemaining()) {
            bins[Math.min(BINS - 1, (int) ((values.get() - range[0]) * perUnit))]++;
        }
    }

    private static byte[] showing(byte[] embedder, Set<String> tensors) throws ExportException {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(embedder).toBuilder();
            tensors.forEach(each -> model.getGraphBuilder()
                    .addOutput(ValueInfoProto.newBuilder().setName(each)));
            return model.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new ExportException("the embedder is no ONNX file: " + e.getMessage());
        }
    }

    /**
     * A spread tells how a tensor's numbers lay over the calibration images.
     *
     * @param low the lowest, or zero
     * @param high the highest, or zero
     * @param counts over equal bins from low to high
     */
    record Spread(double low, double high, long[] counts) {
        private double width() {
            return (high - low) / counts.length;
        }

        /** Returns the middle of a bin. */
        double middle(int bin) {
            return low + (bin + 0.5) * width();
        }

        /** Returns the number that this share of the numbers lies below, to the width of a bin. */
        double quantile(double share) {
            long all = 0;
            for (long count : counts) {
                all += count;
            }
            long below = 0;
            for (int bin = 0; bin < counts.length; bin++) {
                below += counts[bin];
                if (below >= share * all) {
                    return low + (bin + 1) * width();
                }
            }
            return high;
        }
    }
}
