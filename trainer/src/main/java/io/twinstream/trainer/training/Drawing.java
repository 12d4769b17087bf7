package io.twinstream.trainer.training;

/**
 * One image to be drawn anew for a batch.
 *
 * @param classIndex index in the data set's classes
 * @param quarterTurns 0 to 3; a turned class counts as one of its own
 * @param mirrored likewise
 * @param image index in the class's images
 */
record Drawing(int classIndex, int quarterTurns, boolean mirrored, int image) {
    /** The same number for two drawings of one class, turned and mirrored alike. */
    int label() {
        return classIndex * 8 + quarterTurns * 2 + (mirrored ? 1 : 0);
    }
}
