package io.twinstream.trainer.dataset;

import java.util.List;

/**
 * All problems of one kind.
 *
 * @param count of all, at least 1
 * @param first at most {@value ProblemList#KEPT} of them, one line each: the image or class, and the reason
 */
public record DataFindings(DataProblem problem, long count, List<String> first) {
    public DataFindings {
        first = List.copyOf(first);
    }
}
