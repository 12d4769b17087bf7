package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Convolution, batch norm, ReLU and 2x2 max pooling: {@code [n, c, h, w]} to {@code [n, filters, h/2, w/2]}. The
 * convolution keeps height and width, and has no bias since the norm's shift takes its place.
 */
public final class ConvLayer extends AbstractBlock {
    /** Added to the variance before the square root is taken. */
    public static final float EPSILON = 1e-5f;

    private static final Shape TWO = new Shape(2, 2);

    private final int kernel;
    private final int filters;
    private final Conv2d convolution;
    private final BatchNorm norm;

    /** @param kernel side of the filters in pixels, odd */
    ConvLayer(int kernel, int filters) {
        if (kernel < 1 || kernel % 2 == 0 || filters < 1) {
            throw new IllegalArgumentException(
                    "kernel must be odd and filters positive, were %d and %d".formatted(kernel, filters));
        }
        this.kernel = kernel;
        this.filters = filters;
        convolution = addChildBlock(
                "convolution",
                Conv2d.builder()
                        .setKernelShape(new Shape(kernel, kernel))
                        .optPadding(new Shape(kernel / 2, kernel / 2))
                        .setFilters(filters)
                        .optBias(false)
                        .build());
        norm = addChildBlock("norm", BatchNorm.builder().optEpsilon(EPSILON).build());
    }

    public int kernel() {
        return kernel;
    }

    public int filters() {
        return filters;
    }

    /** Filter weights, {@code [filters, c, kernel, kernel]}. */
    public NDArray weights() {
        return convolution.getParameters().get("weight").getArray();
    }

    /**
     * One of the norm's vectors, {@code [filters]}.
     *
     * @param name {@code gamma}, {@code beta}, {@code runningMean} or {@code runningVar}
     */
    public NDArray norm(String name) {
        return norm.getParameters().get(name).getArray();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDList convolved = convolution.forward(parameters, inputs, training);
        NDArray normed = norm.forward(parameters, convolved, training).singletonOrThrow();
        return new NDList(Pool.maxPool2d(Activation.relu(normed), TWO, TWO, new Shape(0, 0), false));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        Shape in = inputs[0];
        return new Shape[] {new Shape(in.get(0), filters, in.get(2) / 2, in.get(3) / 2)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        convolution.initialize(manager, type, inputs);
        norm.initialize(manager, type, convolution.getOutputShapes(inputs));
    }
}
