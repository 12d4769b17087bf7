package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;

/** A part of a twin network that takes one array and gives one. */
abstract class Layer extends AbstractBlock {
    /** Says what the layer computes when it doesn't learn. */
    abstract void describe(LayerSink sink);

    /**
     * Takes over the numbers of a trained model, so that the layer computes what that model's did.
     *
     * @param features of some images, as the layer before gives them
     * @return the same, as this layer gives them
     */
    abstract NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters);

    /** The layer's answer where it doesn't learn. */
    final NDArray answer(NDArray features, ParameterStore parameters) {
        return forward(parameters, new NDList(features), false).singletonOrThrow();
    }
}
