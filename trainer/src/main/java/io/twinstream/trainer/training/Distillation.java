package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.twinstream.trainer.network.Scaling;
import io.twinstream.trainer.training.Objective.AllPairs;

/**
 * Distillation is the cost of judging the pairs of a batch otherwise than teachers do (Hinton, Vinyals, Dean 2015). As in {@link
 * AllPairs} every pair is judged and every row ranked, and the teachers' answers stand in the place of 0 and 1. Logits are
 * divided by a temperature first, so that how unlike two impostors are counts too.
 */
final class Distillation {
    static final float TEMPERATURE = 4;

    private Distillation() {}

    /**
     * Returns the cost of the logits {@code [n, n]} of every image against every other.
     *
     * @param taught the teachers' logits, {@code [n * n]}
     * @param labels {@code [n]}: genuine and impostor pairs weigh the same
     */
    static NDArray cost(NDArray logits, float[] taught, int[] labels) {
        int n = labels.length;
        NDManager manager = logits.getManager();
        NDArray teachers = Scaling.over(manager.create(taught, new Shape(n, n)), TEMPERATURE);
        NDArray own = Scaling.over(logits, TEMPERATURE);
        NDArray match = Activation.sigmoid(teachers);
        NDArray judged = AllPairs.softplus(own.neg())
                .mul(match)
                .add(AllPairs.softplus(own).mul(match.neg().add(1)));
        NDArray pairCost =
                judged.mul(manager.create(pairWeights(labels), new Shape(n, n))).sum();
        NDArray self = Scaling.times(manager.eye(n), AllPairs.NEVER);
        NDArray rowCost = Scaling.over(
                        teachers.sub(self)
                                .softmax(1)
                                .mul(own.sub(self).logSoftmax(1))
                                .sum(),
                        n)
                .neg();
        // Gradients of a softened logit are smaller by the temperature, and differences of softened answers once more.
        return Scaling.times(pairCost.add(rowCost), TEMPERATURE * TEMPERATURE);
    }

    /** Returns weights {@code [n * n]} that add up to a half for genuine pairs and for impostors; none of an image with itself. */
    private static float[] pairWeights(int[] labels) {
        float[] genuine = AllPairs.genuine(labels);
        int n = labels.length;
        int genuinePairs = 0;
        for (float each : genuine) {
            genuinePairs += (int) each;
        }
        int impostorPairs = n * (n - 1) - genuinePairs;
        float[] weights = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            if (i % (n + 1) != 0) {
                weights[i] = 0.5f / (genuine[i] == 1 ? genuinePairs : impostorPairs);
            }
        }
        return weights;
    }
}
