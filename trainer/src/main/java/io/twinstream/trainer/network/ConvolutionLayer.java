package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;

/**
 * A convolution layer is a convolution with what follows it, and 2x2 max pooling where asked. It turns {@code [n, c, h, w]}
 * into {@code [n, filters, h', w']}.
 */
abstract class ConvolutionLayer extends Layer {
    private static final int POOLED_SIDE = 2;
    private static final Shape SQUARE = new Shape(POOLED_SIDE, POOLED_SIDE);

    final int kernel;
    final int filters;
    final Conv2d convolution;

    private final boolean pooled;

    /** @param convolution a convolution by squares of {@code kernel} pixels to {@code filters} channels */
    ConvolutionLayer(int kernel, int filters, Conv2d convolution, boolean pooled) {
        this.kernel = kernel;
        this.filters = filters;
        this.convolution = addChildBlock("convolution", convolution);
        this.pooled = pooled;
    }

    @Override
    public final Shape[] getOutputShapes(Shape[] inputs) {
        Shape in = convolution.getOutputShapes(inputs)[0];
        return new Shape[] {
            pooled ? new Shape(in.get(0), in.get(1), in.get(2) / POOLED_SIDE, in.get(3) / POOLED_SIDE) : in
        };
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        convolution.initialize(manager, type, inputs);
    }

    /** Pools where asked, by the largest of each square, without overlap; odd edges are dropped. */
    final NDArray pool(NDArray images) {
        return pooled ? Pool.maxPool2d(images, SQUARE, SQUARE, new Shape(0, 0), false) : images;
    }

    /** Says that the layer pools, if it does. */
    final void describePool(LayerSink sink) {
        if (pooled) {
            sink.maxPool(POOLED_SIDE);
        }
    }

    /** Returns the weights, {@code [filters, c, kernel, kernel]}. */
    final NDArray weight() {
        return convolution.getParameters().get("weight").getArray();
    }
}
