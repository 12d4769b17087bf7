package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;

/**
 * Scaling multiplies arrays by plain numbers, and divides them, where gradients may be computed.
 *
 * <p>Maintainers: {@code NDArray.mul(Number)} and {@code div(Number)} of DJL 0.36 let go of the number's memory at once, while
 * PyTorch's graph still points to it. A garbage collection before the backward pass frees it, and the gradient is then computed
 * from whatever stands there. Here the number belongs to the array's manager, which outlives the graph. {@code HouseTest} refuses
 * the others.
 */
public final class Scaling {
    private Scaling() {}

    /** Returns the product, which has a gradient where the array has one. */
    public static NDArray times(NDArray array, float factor) {
        return array.mul(array.getManager().create(factor));
    }

    /** Returns the quotient, which has a gradient where the array has one. */
    public static NDArray over(NDArray array, float divisor) {
        return array.div(array.getManager().create(divisor));
    }
}
