package io.twinstream.trainer.export;

import io.twinstream.trainer.network.ConvLayer;

/**
 * A layer's convolution with its batch norm folded in: one operation at serving where training had two.
 *
 * @param weights {@code [filters, channels, kernel, kernel]}
 * @param bias {@code [filters]}
 */
record FoldedConvolution(int filters, int channels, int kernel, float[] weights, float[] bias) {

    static FoldedConvolution of(ConvLayer layer) {
        float[] gamma = layer.norm("gamma").toFloatArray();
        float[] beta = layer.norm("beta").toFloatArray();
        float[] mean = layer.norm("runningMean").toFloatArray();
        float[] variance = layer.norm("runningVar").toFloatArray();
        float[] weights = layer.weights().toFloatArray();
        float[] bias = new float[layer.filters()];
        int perFilter = weights.length / layer.filters();
        for (int filter = 0; filter < bias.length; filter++) {
            double scale = gamma[filter] / Math.sqrt(variance[filter] + (double) ConvLayer.EPSILON);
            bias[filter] = (float) (beta[filter] - mean[filter] * scale);
            for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
                weights[i] = (float) (weights[i] * scale);
            }
        }
        int channels = perFilter / (layer.kernel() * layer.kernel());
        return new FoldedConvolution(layer.filters(), channels, layer.kernel(), weights, bias);
    }
}
