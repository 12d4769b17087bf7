package io.twinstream.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.twinstream.trainer.Garbage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScalingTest {
    private static final float[] VALUES = {1, -2};

    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void arraysAreMultipliedAndDivided() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(VALUES);

            assertArrayEquals(new float[] {3, -6}, Scaling.times(array, 3).toFloatArray());
            assertArrayEquals(new float[] {0.25f, -0.5f}, Scaling.over(array, 4).toFloatArray());
        }
    }

    @Test
    void aCollectionOfGarbageChangesNoGradient() throws Exception {
        assertArrayEquals(new float[] {3, 3}, gradient(array -> Scaling.times(array, 3)));
        assertArrayEquals(new float[] {0.25f, 0.25f}, gradient(array -> Scaling.over(array, 4)));
    }

    /** Returns the gradient of the sum, with a collection between the way forward and the way back. */
    private static float[] gradient(UnaryOperator<NDArray> scaling) throws InterruptedException {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray array = manager.create(VALUES);
            array.setRequiresGradient(true);
            NDArray sum = scaling.apply(array).sum();
            Garbage.collect();
            gradients.backward(sum);
            return array.getGradient().toFloatArray();
        }
    }
}
