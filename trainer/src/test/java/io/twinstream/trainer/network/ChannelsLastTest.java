package io.twinstream.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsLastTest {
    private static final float WRITTEN = 7;

    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shapeAndValuesStay(int channels) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray images = images(manager, channels);

            NDArray ordered = ChannelsLast.of(images);

            assertEquals(images.getShape(), ordered.getShape());
            assertArrayEquals(images.toFloatArray(), ordered.toFloatArray());
        }
    }

    @Test
    void theChannelsOfAPlaceLieSideBySide() {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertTrue(isChannelsLast(ChannelsLast.of(images(manager, 3))));
            assertTrue(!isChannelsLast(images(manager, 3)));
        }
    }

    /** With one channel the bytes are the same, so that only what is computed from them shows the order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aLayerAnswersInTheOrderOfItsImages(int channels) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NormedConvolution layer = layer(manager, channels);
            ParameterStore parameters = new ParameterStore(manager, false);

            assertTrue(isChannelsLast(layer.answer(ChannelsLast.of(images(manager, channels)), parameters)));
            assertTrue(!isChannelsLast(layer.answer(images(manager, channels), parameters)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void gradientsAreThoseOfTheOtherOrder(int channels) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray images = images(manager, channels);

            float[] plain = gradient(layer(manager, channels), images);

            assertTrue(largest(plain) > 0.1, "a gradient that says something");
            assertArrayEquals(
                    plain, gradient(layer(manager, channels), ChannelsLast.of(images)), 1e-4f * largest(plain));
        }
    }

    private static NDArray images(NDManager manager, int channels) {
        float[] pixels = new float[2 * channels * 16 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 101) / 101f;
        }
        return manager.create(pixels, new Shape(2, channels, 16, 16));
    }

    /** Makes a layer, always with the same weights. */
    private static NormedConvolution layer(NDManager manager, int channels) {
        Engine.getInstance().setRandomSeed(1);
        NormedConvolution layer = NormedConvolution.pooled(3, 4);
        layer.initialize(manager, DataType.FLOAT32, new Shape(2, channels, 16, 16));
        return layer;
    }

    /** Writes a number behind the first one, and sees whether it is that of the next channel. */
    private static boolean isChannelsLast(NDArray array) {
        NDArray flat = array.transpose(0, 2, 3, 1).reshape(-1);
        flat.set(new NDIndex(1), WRITTEN);
        return array.getFloat(0, 1, 0, 0) == WRITTEN;
    }

    private static float[] gradient(NormedConvolution layer, NDArray images) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray weight = layer.weight();
            weight.setRequiresGradient(true);
            ParameterStore parameters = new ParameterStore(images.getManager(), false);
            NDArray answer = layer.forward(parameters, new NDList(images), true).singletonOrThrow();
            collector.backward(answer.square().mul(answer).sum());
            return weight.getGradient().toFloatArray();
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
