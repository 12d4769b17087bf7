package io.twinstream.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArrayNumbersTest {
    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void aCopyHasTheSameNumbersAndShapeAndLivesOnAlone() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray copy;
            try (NDManager shorter = manager.newSubManager()) {
                NDArray array = shorter.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
                copy = ArrayNumbers.copy(array, manager);
                array.set(new float[] {5, 6, 7, 8});
                assertArrayEquals(new float[] {5, 6, 7, 8}, ArrayNumbers.of(array));
            }

            assertEquals(new Shape(2, 2), copy.getShape());
            assertArrayEquals(new float[] {1, 2, 3, 4}, ArrayNumbers.of(copy));
        }
    }

    @Test
    void numbersAreCopiedIntoAnArrayThatStaysItself() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray from = manager.create(new float[] {1, 2, 3});
            NDArray to = manager.create(new float[3]);
            from.setRequiresGradient(true);

            ArrayNumbers.copy(from, to);

            assertArrayEquals(new float[] {1, 2, 3}, ArrayNumbers.of(to));
        }
    }
}
