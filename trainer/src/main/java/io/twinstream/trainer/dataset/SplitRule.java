package io.twinstream.trainer.dataset;

/**
 * How validation data are taken from what there is to train on.
 *
 * @param by what stays together
 * @param share to hold back, above 0 and below 1
 * @param seed of the choice
 */
public record SplitRule(SplitBy by, double share, long seed) {
    public SplitRule {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("the share to hold back lies between 0 and 1, was " + share);
        }
    }

    /**
     * Splits.
     *
     * @param problems are told which classes lose too many images by it
     * @throws DatasetException if the set can't be split that way
     */
    public Split of(ImageSet images, ProblemList problems) throws DatasetException {
        return by == SplitBy.CLASS
                ? Split.byClasses(images, share, seed)
                : Split.byDrawers(images, share, seed, problems);
    }
}
