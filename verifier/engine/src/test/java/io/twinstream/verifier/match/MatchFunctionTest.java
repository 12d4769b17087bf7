package io.twinstream.verifier.match;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.Models;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatchFunctionTest {
    private final MatchFunction shipped = MatchFunction.of(Models.SHIPPED);

    @Test
    void scoresAreThoseOfTheMatchersOwnGraph() throws OrtException {
        int pairs = 200;
        Random random = new Random(5);
        float[][] probes = random(random, pairs, shipped.length());
        float[][] references = random(random, pairs, shipped.length());
        // as alike as genuine pairs are, from equal to unrelated
        for (int i = 0; i < pairs; i++) {
            for (int d = 0; d < shipped.length(); d++) {
                references[i][d] = probes[i][d] + (references[i][d] - probes[i][d]) * i / pairs;
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(Models.SHIPPED.file(ModelPackage.MATCHER));
                OnnxTensor probe = OnnxTensor.createTensor(environment, probes);
                OnnxTensor reference = OnnxTensor.createTensor(environment, references);
                OrtSession.Result result = session.run(Map.of("probe", probe, "reference", reference))) {
            float[][] logits = (float[][]) result.get("logit").orElseThrow().getValue();
            float[][] scores = (float[][]) result.get("score").orElseThrow().getValue();

            // Of equal embeddings only the bias is left, which the sums of the others are taken from: floats are as
            // exact as that.
            double scale = Math.max(1, Math.abs(logits[0][0]));
            for (int i = 0; i < pairs; i++) {
                assertEquals(logits[i][0], shipped.logit(probes[i], references[i]), 1e-5 * scale);
                // the graph's sigmoid is of single precision: far out it ends before ours
                assertEquals(scores[i][0], shipped.score(probes[i], references[i]), 1e-5);
            }
            assertTrue(logits[0][0] > logits[pairs - 1][0], "equal embeddings match better than unrelated ones");
        }
    }

    @Test
    void theScoreIsTheSigmoidOfTheWeightedDistance() {
        MatchFunction function = new MatchFunction(new float[] {-1, 2}, 0.5f);

        assertEquals(0.5f - 3 + 2 * 4, function.logit(new float[] {1, 1}, new float[] {4, 5}));
        assertEquals(0.5, MatchFunction.score(0));
        assertEquals(1 / (1 + Math.exp(2)), MatchFunction.score(-2), 1e-15);
        assertEquals(1, MatchFunction.score(1000));
        assertEquals(0, MatchFunction.score(-1000));
    }

    @Test
    void theOrderOfTheTwoImagesDoesNotMatter() {
        float[][] pair = random(new Random(8), 2, shipped.length());

        assertEquals(shipped.logit(pair[0], pair[1]), shipped.logit(pair[1], pair[0]));
        assertNotEquals(shipped.logit(pair[0], pair[1]), shipped.logit(pair[0], pair[0]));
    }

    @Test
    void laterChangesOfTheWeightsArrayChangeNothing() {
        float[] weights = {1};
        MatchFunction function = new MatchFunction(weights, 0);

        weights[0] = 5;

        assertEquals(1, function.logit(new float[] {0}, new float[] {1}));
    }

    private static float[][] random(Random random, int rows, int length) {
        float[][] values = new float[rows][length];
        for (float[] row : values) {
            for (int i = 0; i < length; i++) {
                row[i] = random.nextFloat();
            }
        }
        return values;
    }
}
