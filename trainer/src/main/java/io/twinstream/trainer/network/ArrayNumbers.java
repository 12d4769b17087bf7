package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Reads arrays back from the device that they lie on, and copies them from one device to another.
 *
 * <p>Maintainers: where an array lies on a GPU, {@code toFloatArray} and {@code copyTo} of DJL 0.36 leave a copy on the CPU, with a
 * manager of its own below the array's. Below a parameter's it would stay until the training ends, at each look. So what is read
 * here is a second array of a short life.
 */
public final class ArrayNumbers {
    private ArrayNumbers() {}

    /** Returns the numbers of an array of floats, on whatever device it lies. */
    public static float[] of(NDArray array) {
        return read(array, NDArray::toFloatArray);
    }

    /** Returns a copy that lies on the manager's device and belongs to it. */
    public static NDArray copy(NDArray array, NDManager manager) {
        ByteBuffer bytes = read(array, NDArray::toByteBuffer);
        return manager.create(bytes, array.getShape(), array.getDataType());
    }

    /** Copies the numbers of one array into another of the same shape and type, which may lie on another device. */
    public static void copy(NDArray from, NDArray to) {
        ByteBuffer bytes = read(from, NDArray::toByteBuffer);
        to.set(bytes);
    }

    private static <T> T read(NDArray array, Function<NDArray, T> reading) {
        if (!array.getDevice().isGpu()) {
            return reading.apply(array);
        }
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray second = array.duplicate();
            second.attach(scope);
            return reading.apply(second);
        }
    }
}
