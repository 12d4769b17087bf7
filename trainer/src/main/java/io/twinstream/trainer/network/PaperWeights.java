package io.twinstream.trainer.network;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.NormalInitializer;

/** The paper's first weights (Koch et al. 2015, section 3.2): normal around 0, and biases around 0.5. */
enum PaperWeights {
    /** Of a standard deviation of 0.01. */
    CONVOLUTION(0.01f),
    /** Of a standard deviation of 0.2. */
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
