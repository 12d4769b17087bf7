package io.twinstream.trainer.network;

import java.util.List;

/**
 * Trained weights are the numbers of a trained model as it is used.
 *
 * @param origin the model that they are of, for messages and records
 * @param layers weights and bias of each convolution and fully connected layer, in their order
 * @param head weights of the L1 distance
 * @param headBias bias of the logit
 */
public record TrainedWeights(String origin, List<float[]> layers, float[] head, float headBias) {
    public TrainedWeights {
        layers = List.copyOf(layers);
    }
}
