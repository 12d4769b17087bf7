package io.twinstream.deploy.acceptance.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import io.twinstream.trainer.network.LayerSink.Convolution;
import java.util.List;

/**
 * Measures how long a training step's convolutions take by themselves, forward and backward, on random numbers of the same
 * shapes. The first layer needs no gradient of its input, as in training.
 */
final class ConvolutionTiming {
    private ConvolutionTiming() {}

    /** Returns the seconds for one batch, as the mean over as many rounds after as many more to warm up. */
    static double seconds(List<ConvolutionLayers.Layer> layers, int images, int rounds) {
        long nanos = 0;
        for (int round = -rounds; round < rounds; round++) {
            for (int i = 0; i < layers.size(); i++) {
                long taken = nanos(layers.get(i), images, i > 0);
                nanos += round < 0 ? 0 : taken;
            }
        }
        return nanos / 1e9 / rounds;
    }

    private static long nanos(ConvolutionLayers.Layer layer, int images, boolean inputGradient) {
        Convolution of = layer.convolution();
        Shape in = new Shape(images).addAll(layer.in());
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray input = manager.randomNormal(in);
            input.setRequiresGradient(inputGradient);
            NDArray weights = manager.randomNormal(new Shape(of.filters(), of.channels(), of.kernel(), of.kernel()));
            weights.setRequiresGradient(true);
            long start = System.nanoTime();
            try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
                NDArray output = Conv2d.conv2d(
                                input,
                                weights,
                                null,
                                new Shape(of.stride(), of.stride()),
                                new Shape(of.padding(), of.padding()))
                        .singletonOrThrow();
                gradients.backward(output);
            }
            return System.nanoTime() - start;
        }
    }
}
