package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.twinstream.trainer.network.Layer.Adoption;
import io.twinstream.trainer.network.LayerSink.Convolution;

/**
 * A normed convolution is a convolution with batch norm, with a ReLU unless it is a projection, and 2x2 max pooling
 * where asked. It turns {@code [n, c, h, w]} into {@code [n, filters, h/s, w/s]} for stride or pooling s. The
 * convolution has no bias, since the norm's shift takes its place; at inference it has the norm folded in.
 */
final class NormedConvolution extends ConvolutionLayer {
    /** This is added to the variance before the square root is taken. */
    private static final float EPSILON = 1e-5f;

    private final int stride;
    private final boolean active;
    private final BatchNorm norm;

    private NormedConvolution(int kernel, int filters, int stride, boolean pooled, boolean active) {
        super(kernel, filters, unbiased(kernel, filters, stride), pooled);
        this.stride = stride;
        this.active = active;
        norm = addChildBlock("norm", BatchNorm.builder().optEpsilon(EPSILON).build());
    }

    private static Conv2d unbiased(int kernel, int filters, int stride) {
        if (kernel < 1 || kernel % 2 == 0 || filters < 1) {
            throw new IllegalArgumentException(
                    "kernel must be odd and filters positive, were %d and %d".formatted(kernel, filters));
        }
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optStride(new Shape(stride, stride))
                .setFilters(filters)
                .optBias(false)
                .build();
    }

    /** Makes a layer that keeps height and width. */
    static NormedConvolution plain(int kernel, int filters) {
        return new NormedConvolution(kernel, filters, 1, false, true);
    }

    /** Makes a layer that halves height and width by pooling. */
    static NormedConvolution pooled(int kernel, int filters) {
        return new NormedConvolution(kernel, filters, 1, true, true);
    }

    /** Makes a layer that halves height and width by taking every second place; odd sizes are rounded up. */
    static NormedConvolution strided(int kernel, int filters) {
        return new NormedConvolution(kernel, filters, 2, false, true);
    }

    /** Makes a layer that mixes the channels of each place to others, of either sign. */
    static NormedConvolution projection(int filters) {
        return new NormedConvolution(1, filters, 1, false, false);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDList convolved = convolution.forward(parameters, inputs, training);
        NDArray normed = norm.forward(parameters, convolved, training).singletonOrThrow();
        // Pooling and ReLU may change places; this way ReLU has a quarter of the work.
        NDArray smaller = pool(normed);
        return new NDList(active ? Activation.relu(smaller) : smaller);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        super.initializeChildBlocks(manager, type, inputs);
        norm.initialize(manager, type, convolution.getOutputShapes(inputs));
    }

    @Override
    void describe(LayerSink sink) {
        sink.convolution(folded());
        if (active) {
            sink.relu();
        }
        describePool(sink);
    }

    /**
     * Takes over a convolution that has its norm folded in. To go on learning the layer needs a norm, so it gets one
     * that changes nothing on these images.
     */
    @Override
    NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters) {
        NDArray weight = weight();
        Adoption.set(weight, numbers.next(weight.size()));
        float[] bias = numbers.next(filters);
        NDArray convolved = convolution
                .forward(parameters, new NDList(features), false)
                .singletonOrThrow()
                .transpose(1, 0, 2, 3)
                .reshape(filters, -1);
        NDArray mean = convolved.mean(new int[] {1});
        NDArray variance = convolved.sub(mean.reshape(filters, 1)).square().mean(new int[] {1});
        float[] gamma = variance.add(EPSILON).sqrt().toFloatArray();
        float[] beta = mean.add(features.getManager().create(bias)).toFloatArray();
        Adoption.set(norm.getParameters().get("gamma").getArray(), gamma);
        Adoption.set(norm.getParameters().get("beta").getArray(), beta);
        Adoption.set(norm.getParameters().get("runningMean").getArray(), mean.toFloatArray());
        Adoption.set(norm.getParameters().get("runningVar").getArray(), variance.toFloatArray());
        return answer(features, parameters);
    }

    private Convolution folded() {
        float[] gamma = norm("gamma");
        float[] beta = norm("beta");
        float[] mean = norm("runningMean");
        float[] variance = norm("runningVar");
        float[] weights = weight().toFloatArray();
        float[] bias = new float[filters];
        int perFilter = weights.length / filters;
        for (int filter = 0; filter < filters; filter++) {
            double scale = gamma[filter] / Math.sqrt(variance[filter] + (double) EPSILON);
            bias[filter] = (float) (beta[filter] - mean[filter] * scale);
            for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
                weights[i] = (float) (weights[i] * scale);
            }
        }
        int channels = perFilter / (kernel * kernel);
        return new Convolution(filters, channels, kernel, stride, kernel / 2, weights, bias);
    }

    private float[] norm(String name) {
        return norm.getParameters().get(name).getArray().toFloatArray();
    }
}
