package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;

/**
 * The paper's network to the letter (Koch, Zemel, Salakhutdinov 2015, section 3.1 and figure 4): 38,951,745 parameters,
 * 1.8 GFLOP an image, 4096 values an embedding. Of 105 x 105 pixels and one channel only.
 */
final class Koch2015 implements Architecture {
    @Override
    public String name() {
        return "koch2015";
    }

    @Override
    public InputSpec defaultInput() {
        return new InputSpec(105, 105, 1, true);
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
}
