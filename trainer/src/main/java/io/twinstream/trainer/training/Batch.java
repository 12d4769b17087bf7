package io.twinstream.trainer.training;

import java.nio.FloatBuffer;

/**
 * The images of one step, ready for the network.
 *
 * @param pixels {@code [n, c, h, w]} at position 0, a direct buffer that is used again two batches later
 * @param labels {@code [n]}: equal for images of one class; image i and image i + n/2 are a pair of the sampler's
 */
record Batch(FloatBuffer pixels, int[] labels) {
    int images() {
        return labels.length;
    }
}
