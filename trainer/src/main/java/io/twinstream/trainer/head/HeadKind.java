package io.twinstream.trainer.head;

import java.util.Locale;

/** A head of one of these kinds is learned on top of an embedder; each learns all that the kinds before it do. */
public enum HeadKind {
    /** Scale and bias of the logit alone; order and errors of the parent's scores stay. */
    CALIBRATION,
    /** The weights of the L1 distance. */
    WEIGHTS,
    /** A linear layer and a sigmoid between the embedder and the distance. */
    PROJECTION;

    /** Returns the word for people and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
