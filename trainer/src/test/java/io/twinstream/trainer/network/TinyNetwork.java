package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.Koch2015.BiasedConvolution;
import io.twinstream.trainer.network.Koch2015.FullyConnected;
import java.util.List;

/** Makes networks of the paper's layers that take milliseconds. */
public final class TinyNetwork {
    private TinyNetwork() {}

    public static TwinNetwork ofThePapersLayers() {
        return ofThePapersLayers(16);
    }

    /** Makes a network with an embedding of this length. */
    public static TwinNetwork ofThePapersLayers(int units) {
        return new TwinNetwork(
                "tiny",
                new InputSpec(20, 20, 1, true),
                true,
                List.of(
                        new BiasedConvolution(5, 4, true),
                        new BiasedConvolution(3, 8, false),
                        new FullyConnected(units)));
    }

    /**
     * Makes a filter of the first layer so loud that in 8 bits nothing is left of the others, and the second deaf to it: exact
     * numbers tell images apart as before.
     */
    public static void spoilForBytes(TwinNetwork network) {
        List<NDArray> numbers = network.getParameters().values().stream()
                .map(Parameter::getArray)
                .toList();
        change(numbers.get(1), (i, bias) -> i == 0 ? 1e5f : bias);
        NDArray second = numbers.get(2);
        long ofChannel = second.getShape().get(2) * second.getShape().get(3);
        change(second, (i, weight) -> i / ofChannel % second.getShape().get(1) == 0 ? 0 : weight);
        change(numbers.get(4), (i, weight) -> 50 * weight);
    }

    private interface Change {
        float of(int index, float number);
    }

    private static void change(NDArray array, Change change) {
        float[] numbers = array.toFloatArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = change.of(i, numbers[i]);
        }
        array.set(numbers);
    }
}
