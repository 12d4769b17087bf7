package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandInInferenceTest {
    /** No multiple of {@link #LENGTH}, as the inputs of most models. */
    private static final int INPUT = 1_000;

    private static final int LENGTH = 64;

    @Test
    void anImageHasTheSameEmbeddingInEveryBatchAndAtEveryPlace() {
        float[] images = images(8);
        float[] together = embedded(images);

        for (int i = 0; i < 8; i++) {
            float[] alone = embedded(Arrays.copyOfRange(images, i * INPUT, (i + 1) * INPUT));
            assertArrayEquals(alone, Arrays.copyOfRange(together, i * LENGTH, (i + 1) * LENGTH), "image " + i);
        }
        assertFalse(Arrays.equals(embedded(images(1)), Arrays.copyOfRange(together, LENGTH, 2 * LENGTH)));
    }

    private static float[] embedded(float[] images) {
        int count = images.length / INPUT;
        float[] embeddings = new float[count * LENGTH];
        try (StandInInference inference = new StandInInference(0, 0);
                BoundedRun bounded = BoundedRun.begin(TimeUnit.MINUTES.toNanos(1))) {
            ByteBuffer in = ByteBuffer.allocate(Float.BYTES * images.length);
            in.asFloatBuffer().put(images);
            inference.run(count, in, FloatBuffer.wrap(embeddings), bounded);
        }
        return embeddings;
    }

    private static float[] images(int count) {
        Random random = new Random(1);
        float[] images = new float[count * INPUT];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        return images;
    }
}
