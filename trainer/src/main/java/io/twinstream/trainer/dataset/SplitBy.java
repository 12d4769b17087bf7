package io.twinstream.trainer.dataset;

/** What a split keeps together. */
public enum SplitBy {
    /** Validation has classes that are never trained on. */
    CLASS,
    /** Validation has other drawers' images of the same classes. */
    DRAWER
}
