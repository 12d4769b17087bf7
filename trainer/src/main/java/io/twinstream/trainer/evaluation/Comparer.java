package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import java.util.List;

/** A comparer tells how alike two pictures are; it is the model, or a baseline beside it. */
public interface Comparer {
    /** Returns the name in reports and JSON. */
    String name();

    /**
     * Compares each probe with some of the references.
     *
     * @param against the references to compare each probe with, by index
     * @return comparison scores in the order of {@code against}; on any scale that rises with likeness
     */
    double[][] scores(List<Picture> probes, List<Picture> references, int[][] against);
}
