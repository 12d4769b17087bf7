package io.twinstream.trainer.export;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.LayerSink;
import io.twinstream.trainer.network.LayerSink.Convolution;
import io.twinstream.trainer.network.LayerSink.Dense;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Writes {@code embedder.onnx}: {@code image [n, c, h, w]} to {@code embedding [n, embeddingLength]}. */
final class EmbedderGraph implements LayerSink {
    private static final String OUTPUT = "embedding";

    private final OnnxGraph graph = new OnnxGraph("embedder");
    private String last = "image";
    private int nodes;

    private EmbedderGraph() {}

    static byte[] of(TwinNetwork network) {
        InputSpec input = network.input();
        EmbedderGraph embedder = new EmbedderGraph();
        embedder.graph
                .input(embedder.last, input.channels(), input.height(), input.width())
                .output(OUTPUT, network.embeddingLength());
        network.describe(embedder);
        return embedder.graph.node("Identity", List.of(embedder.last), OUTPUT).toBytes();
    }

    @Override
    public void convolution(Convolution of) {
        String name = next("convolution");
        graph.constant(name + ".weights", of.weights(), of.filters(), of.channels(), of.kernel(), of.kernel())
                .constant(name + ".bias", of.bias(), of.filters());
        add(
                "Conv",
                name,
                List.of(last, name + ".weights", name + ".bias"),
                Map.of(
                        "kernel_shape", repeat(of.kernel(), 2),
                        "strides", repeat(of.stride(), 2),
                        "pads", repeat(of.padding(), 4)));
    }

    @Override
    public void maxPool(int side) {
        add(
                "MaxPool",
                next("pool"),
                List.of(last),
                Map.of("kernel_shape", repeat(side, 2), "strides", repeat(side, 2)));
    }

    @Override
    public void relu() {
        add("Relu", next("relu"), List.of(last), Map.of());
    }

    @Override
    public void sigmoid() {
        add("Sigmoid", next("sigmoid"), List.of(last), Map.of());
    }

    @Override
    public void flatten() {
        add("Flatten", next("flat"), List.of(last), Map.of());
    }

    @Override
    public void dense(Dense of) {
        String name = next("dense");
        graph.constant(name + ".weights", of.weights(), of.inputs(), of.units())
                .constant(name + ".bias", of.bias(), of.units());
        add("Gemm", name, List.of(last, name + ".weights", name + ".bias"), Map.of());
    }

    private String next(String kind) {
        return kind + ++nodes;
    }

    private void add(String operator, String name, List<String> inputs, Map<String, long[]> attributes) {
        graph.node(operator, inputs, name, attributes);
        last = name;
    }

    private static long[] repeat(long value, int times) {
        return LongStream.generate(() -> value).limit(times).toArray();
    }
}
