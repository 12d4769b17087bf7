package io.twinstream.trainer.training;

/**
 * The best validation accuracy of a run so far.
 *
 * @param accuracy 0 to 1
 * @param step at which it was measured
 */
record BestSoFar(double accuracy, int step) {
    static final BestSoFar NONE = new BestSoFar(-1, 0);
}
