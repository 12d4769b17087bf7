package io.twinstream.deploy.acceptance.training;

import ai.djl.ndarray.types.Shape;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.LayerSink;
import io.twinstream.trainer.network.LayerSink.Convolution;
import io.twinstream.trainer.network.LayerSink.Dense;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.ArrayList;
import java.util.List;

/** Collects the convolutions of a network, as the network describes itself. */
final class ConvolutionLayers implements LayerSink {
    /**
     * Is one convolution of one image.
     *
     * @param in shape {@code [c, h, w]}
     * @param out shape {@code [filters, h, w]}
     */
    record Layer(Shape in, Shape out, Convolution convolution) {
        /** Returns the multiply-adds of one image, forward. */
        long multiplyAdds() {
            return out.size() * convolution.channels() * convolution.kernel() * convolution.kernel();
        }
    }

    private final List<Layer> layers = new ArrayList<>();
    private long height;
    private long width;

    private ConvolutionLayers(InputSpec input) {
        height = input.height();
        width = input.width();
    }

    /** Returns the convolutions of a network that has its weights. */
    static List<Layer> of(TwinNetwork network) {
        ConvolutionLayers counted = new ConvolutionLayers(network.input());
        network.describe(counted);
        return counted.layers;
    }

    @Override
    public void convolution(Convolution convolution) {
        Shape in = new Shape(convolution.channels(), height, width);
        height = places(height, convolution);
        width = places(width, convolution);
        layers.add(new Layer(in, new Shape(convolution.filters(), height, width), convolution));
    }

    @Override
    public void maxPool(int side) {
        height /= side;
        width /= side;
    }

    @Override
    public void relu() {}

    @Override
    public void sigmoid() {}

    @Override
    public void flatten() {}

    @Override
    public void dense(Dense dense) {}

    private static long places(long pixels, Convolution convolution) {
        return (pixels + 2L * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
    }
}
