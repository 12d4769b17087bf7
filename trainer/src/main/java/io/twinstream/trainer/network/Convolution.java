package io.twinstream.trainer.network;

/**
 * A convolution's numbers, batch norm folded in.
 *
 * @param kernel side of the filters in pixels
 * @param stride pixels from one place of a filter to the next
 * @param padding pixels of zero added on each side
 * @param weights {@code [filters, channels, kernel, kernel]}
 * @param bias {@code [filters]}
 */
public record Convolution(
        int filters, int channels, int kernel, int stride, int padding, float[] weights, float[] bias) {}
