package io.twinstream.trainer.training;

import ai.djl.training.tracker.Tracker;

/** A schedule says how the learning rate goes over the steps of a training. */
public enum Schedule {
    /** The rate falls from the start to a 200th along a cosine. */
    COSINE {
        @Override
        double share(double progress) {
            return LEAST + (1 - LEAST) * (1 + Math.cos(Math.PI * progress)) / 2;
        }
    },
    /**
     * The rate rises over the first fiftieth of the steps, stays, and falls over the last fifth by the square root of what is
     * done of it (Hägele et al. 2024, the {@code 1-sqrt} cooldown).
     */
    FLAT {
        @Override
        double share(double progress) {
            double cooled = Math.max(0, (progress - (1 - COOLDOWN)) / COOLDOWN);
            return Math.max(LEAST, Math.min(progress / WARM_UP, 1 - Math.sqrt(cooled)));
        }
    },
    /**
     * The rate falls along a cosine to a twentieth and stays there for the last third of the steps, over which a mean of the
     * weights is worth the most.
     */
    TAIL {
        @Override
        double share(double progress) {
            double fallen = Math.min(1, progress / (1 - TAIL_SHARE));
            return TAIL_RATE + (1 - TAIL_RATE) * (1 + Math.cos(Math.PI * fallen)) / 2;
        }
    };

    private static final double LEAST = 1.0 / 200;
    private static final double WARM_UP = 1.0 / 50;
    private static final double COOLDOWN = 1.0 / 5;
    private static final double TAIL_SHARE = 1.0 / 3;
    private static final double TAIL_RATE = 1.0 / 20;

    /**
     * Returns the share of the learning rate that counts.
     *
     * @param progress the share of the steps that is done, 0 to 1
     */
    abstract double share(double progress);

    /** Returns the rates of a training, by the number of the update from 1 on. */
    Tracker tracker(float learningRate, int steps) {
        return update -> (float) (learningRate * share(Math.min(1, (double) update / steps)));
    }
}
