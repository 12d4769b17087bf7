package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** A layer of the paper: a weighted sum of all values for each unit: {@code [n, ...]} to {@code [n, units]}. */
final class FullyConnected extends Layer {
    private final int units;
    private final Linear linear;

    FullyConnected(int units) {
        this.units = units;
        linear = addChildBlock("linear", Linear.builder().setUnits(units).build());
        PaperWeights.FULLY_CONNECTED.set(linear);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDList flat = new NDList(
                inputs.singletonOrThrow().reshape(inputs.head().getShape().get(0), -1));
        return linear.forward(parameters, flat, training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {new Shape(inputs[0].get(0), units)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        linear.initialize(manager, type, new Shape(inputs[0].get(0), inputs[0].size() / inputs[0].get(0)));
    }

    @Override
    void describe(LayerSink sink) {
        float[] weights =
                linear.getParameters().get("weight").getArray().transpose().toFloatArray();
        float[] bias = linear.getParameters().get("bias").getArray().toFloatArray();
        sink.flatten();
        sink.dense(new Dense(units, weights.length / units, weights, bias));
    }

    @Override
    NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters) {
        NDArray weight = linear.getParameters().get("weight").getArray();
        NDArray columns =
                features.getManager().create(numbers.next(weight.size()), new Shape(weight.size() / units, units));
        Adoption.set(weight, columns.transpose().toFloatArray());
        Adoption.set(linear.getParameters().get("bias").getArray(), numbers.next(units));
        return answer(features, parameters);
    }
}
