package io.twinstream.trainer.training;

import java.util.List;
import java.util.SplittableRandom;

/** Chooses the images of a batch: the first images of its pairs, then the second ones in the same order. */
interface Sampler {
    /** The choice of a step, the same for the same state of the random numbers. */
    List<Drawing> choose(long step, SplittableRandom random);

    /** Images in each batch, an even number. */
    int images();
}
