package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;

/**
 * Wide is made for accuracy. For 56 x 56 drawings it has 464 thousand parameters, 139 MFLOP an image and 1728 values an
 * embedding. It takes any size from 16 pixels, and 1 or 3 channels.
 */
final class Wide implements Architecture {
    @Override
    public String name() {
        return "wide";
    }

    @Override
    public InputSpec defaultInput() {
        return new InputSpec(56, 56, 1, true);
    }

    @Override
    public TwinNetwork network(InputSpec input) {
        return new TwinNetwork(
                name(),
                input,
                false,
                List.of(
                        NormedConvolution.strided(5, 32),
                        NormedConvolution.pooled(3, 64),
                        NormedConvolution.plain(3, 128),
                        NormedConvolution.pooled(3, 128),
                        NormedConvolution.pooled(3, 192)));
    }
}
