package io.twinstream.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import java.nio.FloatBuffer;
import java.util.Iterator;

/** A layer is a part of a twin network that takes one array and gives one. */
abstract class Layer extends AbstractBlock {
    /** Says what the layer computes when it doesn't learn. */
    abstract void describe(LayerSink sink);

    /**
     * Takes over the numbers of a trained model, so that the layer computes what that model's did.
     *
     * @param features what the layer before gives for some images
     * @return the same, as this layer gives them
     */
    abstract NDArray adopt(Adoption numbers, NDArray features, ParameterStore parameters);

    /** Returns the layer's answer where it doesn't learn. */
    final NDArray answer(NDArray features, ParameterStore parameters) {
        return forward(parameters, new NDList(features), false).singletonOrThrow();
    }

    /** Hands a trained model's numbers to the layers of a network, to each as many as it asks for. */
    static final class Adoption {
        private final Iterator<float[]> numbers;

        Adoption(Iterator<float[]> numbers) {
            this.numbers = numbers;
        }

        /**
         * Returns the next numbers.
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
}
