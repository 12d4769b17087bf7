package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.UnaryOperator;

/** What a network is to become better at: a cost that falls with it. */
interface Objective {
    /**
     * The cost of a batch, a single number with gradients.
     *
     * @param network the forward pass of {@link io.twinstream.trainer.network.TwinNetwork}
     * @param images {@code [n, c, h, w]}
     * @param labels {@code [n]}, see {@link Batch}
     */
    NDArray cost(UnaryOperator<NDList> network, NDArray images, int[] labels);
}
