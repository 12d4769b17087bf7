package io.twinstream.trainer.training;

/**
 * The numbers of {@link PaperSgd}.
 *
 * @param learningRate in the first epoch
 * @param momentumLimit that momentum rises to
 * @param l2 weight of the squared weights in the cost
 * @param stepsPerEpoch updates of an epoch
 */
record PaperRates(float learningRate, float momentumLimit, float l2, int stepsPerEpoch) {}
