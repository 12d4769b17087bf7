package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.training.loss.Loss;

/**
 * What a matrix of logits {@code [k, k]} costs whose diagonal holds the genuine pairs: binary cross-entropy with genuine
 * and impostor pairs weighing the same, for scores that mean something by themselves, plus cross-entropy over each row,
 * for the right order among candidates. The place of a logit is its label, so {@code labels} are not looked at.
 */
final class PairLoss extends Loss {
    PairLoss() {
        super("PairLoss");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray logits = predictions.singletonOrThrow();
        long k = logits.getShape().get(0);
        NDArray genuine = logits.getManager().eye((int) k);
        NDArray diagonal = logits.mul(genuine).sum(new int[] {1});
        NDArray genuineCost = softplus(diagonal.neg()).mean();
        NDArray impostorCost = softplus(logits).mul(genuine.neg().add(1)).sum().div(k * (k - 1));
        NDArray rowCost = logits.logSoftmax(1).mul(genuine).sum().div(k).neg();
        return genuineCost.add(impostorCost).div(2).add(rowCost);
    }

    /** log(1 + e^x), in the form that can't overflow. */
    private static NDArray softplus(NDArray x) {
        return Activation.relu(x).add(x.abs().neg().exp().add(1).log());
    }
}
