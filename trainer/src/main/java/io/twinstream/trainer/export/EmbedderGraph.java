package io.twinstream.trainer.export;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.ConvLayer;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Writes {@code embedder.onnx}: {@code image [n, c, h, w]} to {@code embedding [n, embeddingLength]}. */
final class EmbedderGraph {
    private EmbedderGraph() {}

    static byte[] of(TwinNetwork network) {
        InputSpec input = network.input();
        OnnxGraph graph = new OnnxGraph("embedder")
                .input("image", input.channels(), input.height(), input.width())
                .output("embedding", network.embeddingLength());
        String features = "image";
        int number = 0;
        for (ConvLayer layer : network.layers()) {
            features = add(graph, FoldedConvolution.of(layer), features, "layer" + ++number);
        }
        return graph.node("Flatten", List.of(features), "flat")
                .node("Sigmoid", List.of("flat"), "embedding")
                .toBytes();
    }

    /** Adds a layer's nodes and returns the name of its output. */
    private static String add(OnnxGraph graph, FoldedConvolution convolution, String features, String name) {
        int kernel = convolution.kernel();
        graph.constant(
                        name + ".weights",
                        convolution.weights(),
                        convolution.filters(),
                        convolution.channels(),
                        kernel,
                        kernel)
                .constant(name + ".bias", convolution.bias(), convolution.filters())
                .node(
                        "Conv",
                        List.of(features, name + ".weights", name + ".bias"),
                        name + ".convolved",
                        Map.of("kernel_shape", repeat(kernel, 2), "pads", repeat(kernel / 2, 4)))
                .node("Relu", List.of(name + ".convolved"), name + ".active")
                .node(
                        "MaxPool",
                        List.of(name + ".active"),
                        name + ".pooled",
                        Map.of("kernel_shape", repeat(2, 2), "strides", repeat(2, 2)));
        return name + ".pooled";
    }

    private static long[] repeat(long value, int times) {
        return LongStream.generate(() -> value).limit(times).toArray();
    }
}
