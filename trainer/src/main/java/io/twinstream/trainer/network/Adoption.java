package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.Iterator;

/** Hands a trained model's numbers to the layers of a network, each as many as it asks for. */
final class Adoption {
    private final Iterator<float[]> numbers;

    Adoption(Iterator<float[]> numbers) {
        this.numbers = numbers;
    }

    /**
     * The next numbers.
     *
     * @throws IllegalArgumentException if there are none or not that many
     */
    float[] next(long length) {
        if (numbers.hasNext()) {
            float[] next = numbers.next();
            if (next.length == length) {
                return next;
            }
        }
        throw different();
    }

    void requireEnd() {
        if (numbers.hasNext()) {
            throw different();
        }
    }

    static void set(NDArray parameter, float[] values) {
        if (parameter.size() != values.length) {
            throw different();
        }
        parameter.set(FloatBuffer.wrap(values));
    }

    private static IllegalArgumentException different() {
        return new IllegalArgumentException(
                "the parent's layers differ from the network's: take a parent of the same architecture and input");
    }
}
