package io.twinstream.trainer.training;

import java.util.List;
import java.util.SplittableRandom;

/** Chooses the images of a batch: the first images of its pairs, then the second ones in the same order. */
interface Sampler {
    /** The choice of a step, the same for the same state of the random numbers. */
    List<Drawing> choose(long step, SplittableRandom random);

    /** Images in each batch, an even number. */
    int images();

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
}
