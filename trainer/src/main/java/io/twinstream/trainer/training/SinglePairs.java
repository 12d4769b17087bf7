package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.UnaryOperator;

/**
 * The paper's objective (Koch et al. 2015, section 3.2): binary cross-entropy over the sampler's pairs, genuine as 1,
 * impostor as 0. Its layer-wise L2 term is the optimizer's, as weight decay.
 */
final class SinglePairs implements Objective {
    @Override
    public NDArray cost(UnaryOperator<NDList> network, NDArray images, int[] labels) {
        int pairs = labels.length / 2;
        float[] sign = new float[pairs];
        for (int i = 0; i < pairs; i++) {
            sign[i] = labels[i] == labels[i + pairs] ? -1 : 1;
        }
        NDArray logits = network.apply(new NDList(images.get(":" + pairs), images.get(pairs + ":")))
                .singletonOrThrow();
        return AllPairs.softplus(logits.mul(logits.getManager().create(sign))).mean();
    }
}
