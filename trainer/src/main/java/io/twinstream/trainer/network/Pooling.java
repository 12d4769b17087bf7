package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

/** 2x2 max pooling without overlap, odd edges dropped. */
final class Pooling {
    static final int SIDE = 2;

    private static final Shape SQUARE = new Shape(SIDE, SIDE);

    private Pooling() {}

    static NDArray halve(NDArray images) {
        return Pool.maxPool2d(images, SQUARE, SQUARE, new Shape(0, 0), false);
    }

    static Shape halved(Shape in) {
        return new Shape(in.get(0), in.get(1), in.get(2) / SIDE, in.get(3) / SIDE);
    }
}
