package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.network.TinyNetwork;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightMeanTest {
    private final TwinNetwork network = TinyNetwork.ofThePapersLayers();
    private NDManager manager;

    @BeforeEach
    void open() {
        PyTorch.prepare();
        manager = NDManager.newBaseManager();
        network.initialize(manager, DataType.FLOAT32, network.inputShape(1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aMeanOverOneStepIsThatStep() {
        WeightMean mean = new WeightMean(1);
        for (int step = 1; step <= 3; step++) {
            bias(step);
            mean.add(network, step);
        }

        assertEquals(3, bias(mean));
    }

    @Test
    void weightsThatWanderAroundAPlaceAverageToIt() {
        WeightMean mean = new WeightMean(50);
        bias(1000);
        mean.add(network, 1);
        for (int step = 2; step <= 2000; step++) {
            bias(step % 2 == 0 ? 4 : 6);
            mean.add(network, step);
        }

        assertEquals(5, bias(mean), 0.05);
    }

    @Test
    void earlyStepsAreSoonForgotten() {
        WeightMean mean = new WeightMean(1_000_000);
        bias(1000);
        mean.add(network, 1);
        for (int step = 2; step <= 100; step++) {
            bias(1);
            mean.add(network, step);
        }

        assertTrue(bias(mean) < 1.01, "mean " + bias(mean));
    }

    @Test
    void aMeanThatWasTakenOutGoesOn() {
        WeightMean whole = new WeightMean(10);
        WeightMean first = new WeightMean(10);
        for (int step = 1; step <= 5; step++) {
            bias(step);
            whole.add(network, step);
            first.add(network, step);
        }
        WeightMean second = new WeightMean(10);
        second.restore(Map.copyOf(first.means()));
        bias(9);
        whole.add(network, 6);
        second.add(network, 6);

        whole.means()
                .forEach((name, values) ->
                        assertArrayEquals(values, second.means().get(name), name));
    }

    @Test
    void aMeanOverNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new WeightMean(0));
    }

    private void bias(float value) {
        network.headBias().set(new float[] {value});
    }

    private float bias(WeightMean mean) {
        return mean.means().entrySet().stream()
                .filter(each -> each.getKey().contains("head") && each.getKey().contains("bias"))
                .findFirst()
                .orElseThrow()
                .getValue()[0];
    }
}
