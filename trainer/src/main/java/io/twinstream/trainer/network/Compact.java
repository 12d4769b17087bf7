package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;

/**
 * Compact is the default, made for CPUs. For 48 x 48 drawings it has 190 thousand parameters, 49 MFLOP an image and 252
 * values an embedding. It takes any size from 16 pixels, and 1 or 3 channels; up to 79 x 79 an embedding has at most
 * 256 values.
 */
final class Compact implements Architecture {
    /** Four layers halve each side, so that a place stands for this many pixels across. */
    private static final int STRIDE = 16;

    private static final int MOST_VALUES = 256;
    private static final int LEAST_CHANNELS = 16;
    private static final int CHANNELS = 128;

    @Override
    public String name() {
        return "compact";
    }

    @Override
    public InputSpec defaultInput() {
        return new InputSpec(48, 48, 1, true);
    }

    @Override
    public TwinNetwork network(InputSpec input) {
        int places = Math.max(1, (input.width() / STRIDE) * (input.height() / STRIDE));
        return new TwinNetwork(
                name(),
                input,
                false,
                List.of(
                        NormedConvolution.pooled(5, 32),
                        NormedConvolution.pooled(3, 64),
                        NormedConvolution.pooled(3, 96),
                        NormedConvolution.pooled(3, CHANNELS),
                        NormedConvolution.projection(
                                Math.min(CHANNELS, Math.max(LEAST_CHANNELS, MOST_VALUES / places)))));
    }
}
