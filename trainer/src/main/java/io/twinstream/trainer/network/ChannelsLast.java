package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Channels last is the order in memory in which the channels of a place lie side by side. oneDNN, which computes
 * PyTorch's convolutions on CPUs, is faster with it. Shapes and values are the same in either order.
 *
 * <p>Maintainers: DJL has no word for memory formats. PyTorch takes the format of a convolution's answer, and of what
 * follows it, from the strides of its input, so it is enough to give the first layer such strides. With one channel
 * both orders have the same bytes, and strides alone tell them apart.
 */
final class ChannelsLast {
    private ChannelsLast() {}

    /** Returns images {@code [n, c, h, w]} in this order, in the manager of the given ones. */
    static NDArray of(NDArray images) {
        Shape shape = images.getShape();
        return images.transpose(0, 2, 3, 1)
                .reshape(-1)
                .reshape(shape.get(0), shape.get(2), shape.get(3), shape.get(1))
                .transpose(0, 3, 1, 2);
    }
}
