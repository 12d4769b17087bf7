package io.twinstream.trainer.network;

/**
 * A layer sink is told the layers of a network as it is used. They come in order, and each takes what the one before it
 * gives.
 */
public interface LayerSink {
    /** Takes a convolution of {@code [n, channels, h, w]}. */
    void convolution(Convolution convolution);

    /**
     * Takes max pooling by squares of {@code side} pixels that don't overlap; what is left over at the edges is
     * dropped.
     */
    void maxPool(int side);

    /** Takes a ReLU, {@code max(x, 0)}. */
    void relu();

    /** Takes a sigmoid, {@code 1 / (1 + exp(-x))}. */
    void sigmoid();

    /** Takes the step from {@code [n, c, h, w]} to {@code [n, c * h * w]}. */
    void flatten();

    /** Takes a fully connected layer. */
    void dense(Dense dense);

    /**
     * A convolution's numbers have the batch norm folded in.
     *
     * @param kernel side of the filters in pixels
     * @param stride pixels from one place of a filter to the next
     * @param padding pixels of zero added on each side
     * @param weights {@code [filters, channels, kernel, kernel]}
     * @param bias {@code [filters]}
     */
    public record Convolution(
            int filters, int channels, int kernel, int stride, int padding, float[] weights, float[] bias) {}

    /**
     * Dense holds a fully connected layer's numbers.
     *
     * @param weights {@code [inputs, units]}
     * @param bias {@code [units]}
     */
    public record Dense(int units, int inputs, float[] weights, float[] bias) {}
}
