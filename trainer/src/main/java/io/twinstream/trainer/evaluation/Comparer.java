package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import java.util.List;

/** A way to tell how alike two pictures are: the model, or a baseline beside it. */
public interface Comparer {
    /** As reports and JSON name it. */
    String name();

    /**
     * Compares each probe with some of the references.
     *
     * @param against for each probe the references to compare it with, by index
     * @return comparison scores in the order of {@code against}; on any scale that rises with likeness
     */
    double[][] scores(List<Picture> probes, List<Picture> references, int[][] against);
}
