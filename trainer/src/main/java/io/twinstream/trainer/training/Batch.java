package io.twinstream.trainer.training;

import java.nio.FloatBuffer;

/**
 * The images of one step, ready for the network.
 *
 * @param pairs k: pixels hold k first images, then the k second ones in the same order
 * @param pixels {@code [2k, c, h, w]} at position 0, a direct buffer
 */
record Batch(int pairs, FloatBuffer pixels) {}
