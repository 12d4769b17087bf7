package io.twinstream.trainer.evaluation;

/**
 * A pair plan says how pairs are drawn.
 *
 * @param count pairs wanted, half of them genuine
 * @param seed the same one draws the same pairs of the same images
 * @param acrossGroups true to take impostors from everywhere; false, as in the paper, from one group each
 */
public record PairPlan(int count, long seed, boolean acrossGroups) {
    public static final int DEFAULT_COUNT = 10_000;
    public static final long DEFAULT_SEED = 1;

    public PairPlan {
        if (count < 8) {
            throw new IllegalArgumentException("pairs must be 8 or more, were " + count);
        }
    }
}
