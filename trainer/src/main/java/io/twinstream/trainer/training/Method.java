package io.twinstream.trainer.training;

/** The ways to learn. */
public enum Method {
    /** Every pair of a batch, ranked and judged; Adam with a learning rate that falls to a 200th along a cosine. */
    ALL_PAIRS,
    /** The paper's: single pairs, momentum, layer-wise L2, early stop (Koch et al. 2015, section 3.2). */
    PAPER
}
