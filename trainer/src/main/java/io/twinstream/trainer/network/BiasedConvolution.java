package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** A layer of the paper: convolution with bias and without padding, ReLU, and 2x2 max pooling where asked. */
final class BiasedConvolution extends Layer {
    private final int kernel;
    private final int filters;
    private final boolean pooled;
    private final Conv2d convolution;

    BiasedConvolution(int kernel, int filters, boolean pooled) {
        this.kernel = kernel;
        this.filters = filters;
        this.pooled = pooled;
        convolution = addChildBlock(
                "convolution",
                Conv2d.builder()
                        .setKernelShape(new Shape(kernel, kernel))
                        .setFilters(filters)
                        .build());
        PaperWeights.CONVOLUTION.set(convolution);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray active = Activation.relu(
                convolution.forward(parameters, inputs, training).singletonOrThrow());
        return new NDList(pooled ? Pooling.halve(active) : active);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        Shape in = convolution.getOutputShapes(inputs)[0];
        return new Shape[] {pooled ? Pooling.halved(in) : in};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        convolution.initialize(manager, type, inputs);
    }

    @Override
    void describe(LayerSink sink) {
        float[] weights = convolution.getParameters().get("weight").getArray().toFloatArray();
        float[] bias = convolution.getParameters().get("bias").getArray().toFloatArray();
        int channels = weights.length / (filters * kernel * kernel);
        sink.convolution(new Convolution(filters, channels, kernel, 1, 0, weights, bias));
        sink.relu();
        if (pooled) {
            sink.maxPool(Pooling.SIDE);
        }
    }

    @Override
    NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters) {
        NDArray weight = convolution.getParameters().get("weight").getArray();
        Adoption.set(weight, numbers.next(weight.size()));
        Adoption.set(convolution.getParameters().get("bias").getArray(), numbers.next(filters));
        return answer(features, parameters);
    }
}
