package io.twinstream.trainer.training;

import java.util.List;
import java.util.SplittableRandom;

/** A sampler chooses the images of a batch: the first images of its pairs, then the second ones in the same order. */
interface Sampler {
    /** Returns the choice of a step, the same for the same state of the random numbers. */
    List<Drawing> choose(long step, SplittableRandom random);

    /** Returns how many images each batch has, an even number. */
    int images();

    /**
     * A drawing is one image to be drawn anew for a batch.
     *
     * @param classIndex index in the data set's classes
     * @param quarterTurns 0 to 3; a turned class counts as one of its own
     * @param mirrored true where the image is mirrored, which counts as a class of its own
     * @param image index in the class's images
     */
    record Drawing(int classIndex, int quarterTurns, boolean mirrored, int image) {
        /** The number of ways in which the images of a class can be laid. */
        static final int LAYS = 8;

        /** Returns the same number for two drawings of one class, turned and mirrored alike. */
        int label() {
            return classIndex * LAYS + quarterTurns * 2 + (mirrored ? 1 : 0);
        }
    }
}
