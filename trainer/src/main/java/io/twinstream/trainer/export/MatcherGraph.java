package io.twinstream.trainer.export;

import io.twinstream.trainer.network.TwinNetwork;
import java.util.List;

/**
 * Writes {@code matcher.onnx}: {@code probe} and {@code reference [n, embeddingLength]} to {@code logit} and
 * {@code score [n, 1]}, with {@code weights [embeddingLength]} and {@code bias [1]} as further outputs.
 */
public final class MatcherGraph {
    private MatcherGraph() {}

    static byte[] of(TwinNetwork network) {
        return of(network.headWeights().toFloatArray(), network.headBias().toFloatArray()[0]);
    }

    /**
     * Writes the matcher of these numbers.
     *
     * @param weights one for each component of an embedding
     */
    public static byte[] of(float[] weights, float bias) {
        int length = weights.length;
        return new OnnxGraph("matcher")
                .input("probe", length)
                .input("reference", length)
                .output("logit", 1)
                .output("score", 1)
                .constantOutput("weights", length)
                .constantOutput("bias", 1)
                .constant("head.weights", weights, length)
                .constant("head.bias", new float[] {bias}, 1)
                .constant("column", new long[] {length, 1}, 2)
                .node("Identity", List.of("head.weights"), "weights")
                .node("Identity", List.of("head.bias"), "bias")
                .node("Reshape", List.of("head.weights", "column"), "head.column")
                .node("Sub", List.of("probe", "reference"), "difference")
                .node("Abs", List.of("difference"), "distance")
                .node("MatMul", List.of("distance", "head.column"), "weighted")
                .node("Add", List.of("weighted", "head.bias"), "logit")
                .node("Sigmoid", List.of("logit"), "score")
                .toBytes();
    }
}
