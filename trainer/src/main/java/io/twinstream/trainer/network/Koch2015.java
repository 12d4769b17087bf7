package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.util.PairList;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.Layer.Adoption;
import io.twinstream.trainer.network.LayerSink.Convolution;
import io.twinstream.trainer.network.LayerSink.Dense;
import java.util.List;

/**
 * Koch2015 is the paper's network to the letter (Koch, Zemel, Salakhutdinov 2015, section 3.1 and figure 4), with
 * 38,951,745 parameters, 1.8 GFLOP an image and 4096 values an embedding. It takes 105 x 105 pixels and one channel
 * only.
 */
final class Koch2015 implements Architecture {
    @Override
    public String name() {
        return "koch2015";
    }

    @Override
    public InputSpec defaultInput() {
        return defaultInput(false);
    }

    @Override
    public InputSpec defaultInput(boolean photographs) {
        return new InputSpec(105, 105, 1, !photographs);
    }

    @Override
    public TwinNetwork network(InputSpec input) {
        if (input.width() != 105 || input.height() != 105 || input.channels() != 1) {
            throw new IllegalArgumentException("koch2015 takes 105 x 105 pixels and 1 channel, not %d x %d and %d"
                    .formatted(input.width(), input.height(), input.channels()));
        }
        return new TwinNetwork(
                name(),
                input,
                true,
                List.of(
                        new BiasedConvolution(10, 64, true),
                        new BiasedConvolution(7, 128, true),
                        new BiasedConvolution(4, 128, true),
                        new BiasedConvolution(4, 256, false),
                        new FullyConnected(4096)));
    }

    /**
     * The paper draws its first weights from normal distributions around 0, and biases around 0.5 (Koch et al. 2015,
     * section 3.2).
     */
    enum PaperWeights {
        /** The weights of convolutions have a standard deviation of 0.01. */
        CONVOLUTION(0.01f),
        /** The weights of fully connected layers have a standard deviation of 0.2. */
        FULLY_CONNECTED(0.2f);

        private static final float BIAS_MEAN = 0.5f;
        private static final float BIAS_DEVIATION = 0.01f;

        private final float deviation;

        PaperWeights(float deviation) {
            this.deviation = deviation;
        }

        void set(Block layer) {
            layer.setInitializer(new NormalInitializer(deviation), Parameter.Type.WEIGHT);
            layer.setInitializer(
                    (manager, shape, type) -> manager.randomNormal(BIAS_MEAN, BIAS_DEVIATION, shape, type),
                    Parameter.Type.BIAS);
        }
    }

    /** The paper's convolution has a bias and no padding, a ReLU, and 2x2 max pooling where asked. */
    static final class BiasedConvolution extends ConvolutionLayer {
        BiasedConvolution(int kernel, int filters, boolean pooled) {
            super(
                    kernel,
                    filters,
                    Conv2d.builder()
                            .setKernelShape(new Shape(kernel, kernel))
                            .setFilters(filters)
                            .build(),
                    pooled);
            PaperWeights.CONVOLUTION.set(convolution);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
            NDArray active = Activation.relu(
                    convolution.forward(parameters, inputs, training).singletonOrThrow());
            return new NDList(pool(active));
        }

        @Override
        void describe(LayerSink sink) {
            float[] weights = weight().toFloatArray();
            float[] bias = convolution.getParameters().get("bias").getArray().toFloatArray();
            int channels = weights.length / (filters * kernel * kernel);
            sink.convolution(new Convolution(filters, channels, kernel, 1, 0, weights, bias));
            sink.relu();
            describePool(sink);
        }

        @Override
        NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters) {
            NDArray weight = weight();
            Adoption.set(weight, numbers.next(weight.size()));
            Adoption.set(convolution.getParameters().get("bias").getArray(), numbers.next(filters));
            return answer(features, parameters);
        }
    }

    /**
     * The paper's last layer gives a weighted sum of all values for each unit: {@code [n, ...]} to {@code [n, units]}.
     */
    static final class FullyConnected extends Layer {
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
}
