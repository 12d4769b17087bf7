package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;

/** A network of the paper's layers that takes milliseconds. */
public final class TinyNetwork {
    private TinyNetwork() {}

    public static TwinNetwork ofThePapersLayers() {
        return ofThePapersLayers(16);
    }

    /** With an embedding of this length. */
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
}
