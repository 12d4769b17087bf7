package io.twinstream.trainer.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run is given to train on, and what is wrong with it; made before the run starts.
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

    /** For people: one line of sizes; then for each kind of problem its count, the first ones, and how many more. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("%d images of %d classes to train on, %d of %d to validate with"
                .formatted(trainingImages, trainingClasses, validationImages, validationClasses));
        for (DataFindings each : findings) {
            lines.add("%d %s:".formatted(each.count(), each.problem().what()));
            each.first().forEach(line -> lines.add("  " + line));
            if (each.count() > each.first().size()) {
                lines.add("  and %d more".formatted(each.count() - each.first().size()));
            }
        }
        return lines;
    }
}
