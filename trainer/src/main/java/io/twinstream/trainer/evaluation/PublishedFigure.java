package io.twinstream.trainer.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A published figure is what others have published of Omniglot, to stand beside what is measured. Nothing here is
 * measured.
 *
 * @param oneShot accuracy in 20-way one-shot classification on the official runs, or null
 * @param verification accuracy in verification on pairs of the evaluation alphabets, or null
 */
public record PublishedFigure(
        String name,
        String source,
        @Nullable Double oneShot,
        @Nullable Double verification) {

    /** These are the figures of the paper's network at its best, and of people. */
    public static final List<PublishedFigure> ALL = List.of(
            new PublishedFigure("koch2015", "Koch et al. 2015, tables 1 and 2", 0.92, 0.9342),
            new PublishedFigure("people", "Koch et al. 2015, table 2", 0.955, null));
}
