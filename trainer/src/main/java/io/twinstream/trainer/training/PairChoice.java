package io.twinstream.trainer.training;

/**
 * Two different images of one class, both turned by the same quarters; a turned class counts as one of its own.
 *
 * @param classIndex index in the folder's classes
 * @param quarterTurns 0 to 3
 * @param first index in the class's images
 * @param second another index
 */
record PairChoice(int classIndex, int quarterTurns, int first, int second) {}
