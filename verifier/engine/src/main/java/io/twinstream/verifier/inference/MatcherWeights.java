package io.twinstream.verifier.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.modelpackage.ModelPackage;
import java.util.Map;
import java.util.Set;

/**
 * Matcher weights are the learned numbers of a model's match function, as its {@code matcher.onnx} gives them.
 *
 * @param weights one number for each component of an embedding
 */
public record MatcherWeights(float[] weights, float bias) {
    /**
     * Runs the package's matcher once to read its weights.
     *
     * @throws InferenceException if the matcher gives no weights, or not as many as an embedding has components
     */
    public static MatcherWeights of(ModelPackage model) {
        int length = model.manifest().embeddingLength();
        OrtEnvironment environment = OpenSession.environment();
        float[][] nothing = new float[1][length];
        try (OrtSession session =
                        OpenSession.onCpu(model.file(ModelPackage.MATCHER)).session();
                OnnxTensor embedding = OnnxTensor.createTensor(environment, nothing);
                OrtSession.Result result =
                        session.run(Map.of("probe", embedding, "reference", embedding), Set.of("weights", "bias"))) {
            if (!(result.get("weights").orElseThrow().getValue() instanceof float[] weights)
                    || !(result.get("bias").orElseThrow().getValue() instanceof float[] bias)) {
                throw new InferenceException("the matcher's weights and bias should be rows of floats");
            }
            if (weights.length != length || bias.length != 1) {
                throw new InferenceException("the matcher has %d weights and %d biases, for embeddings of %d"
                        .formatted(weights.length, bias.length, length));
            }
            return new MatcherWeights(weights, bias[0]);
        } catch (OrtException e) {
            throw new InferenceException("the matcher gives no weights", e);
        }
    }
}
