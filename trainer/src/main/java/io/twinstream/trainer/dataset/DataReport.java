package io.twinstream.trainer.dataset;

import io.twinstream.trainer.dataset.ProblemList.DataFindings;
import java.util.ArrayList;
import java.util.List;

/**
 * A data report tells what a run is given to train on and what is wrong with it, before the run starts.
 *
 * @param findings kind by kind; empty if nothing is wrong
 */
public record DataReport(
        int trainingClasses,
        int trainingImages,
        int validationClasses,
        int validationImages,
        List<DataFindings> findings) {
    public DataReport {
        findings = List.copyOf(findings);
    }

    /**
     * Returns lines for people. A line of sizes comes first, unless nothing is left; for each problem follow its count,
     * the first ones, and how many more there are.
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (trainingImages + validationImages > 0) {
            lines.add("%d images of %d classes to train on, %d of %d to validate with"
                    .formatted(trainingImages, trainingClasses, validationImages, validationClasses));
        }
        for (DataFindings each : findings) {
            DataProblem problem = each.problem();
            lines.add("%d %s, %s; %s:".formatted(each.count(), problem.what(), problem.consequence(), problem.mend()));
            each.first().forEach(line -> lines.add("  " + line));
            if (each.count() > each.first().size()) {
                lines.add("  and %d more".formatted(each.count() - each.first().size()));
            }
        }
        return lines;
    }
}
