package io.twinstream.trainer.network;

/**
 * A fully connected layer's numbers.
 *
 * @param weights {@code [inputs, units]}
 * @param bias {@code [units]}
 */
public record Dense(int units, int inputs, float[] weights, float[] bias) {}
