package io.twinstream.trainer.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Training data are what a run trains on and measures with, cleaned of what can't be used, and the report of it. They
 * may be too little: {@link #requireUsable} tells, once the report has been shown.
 *
 * @param refusal the reason why a run would be useless, one line with what to do
 */
public record TrainingData(ImageSet training, ImageSet validation, DataReport report, Optional<String> refusal) {
    private static final ImageSet NOTHING = ImageSet.of(List.of());

    /**
     * Reads both sources. Images that lie in a class of one and another class of the other are left out of both.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @throws DatasetException if a source as a whole can't be read
     */
    public static TrainingData read(DataSource images, DataSource validation, int channels) throws IOException {
        return read(images, validation, channels, HeapBudget.ofThisJvm());
    }

    static TrainingData read(DataSource images, DataSource validation, int channels, HeapBudget budget)
            throws IOException {
        ProblemList problems = new ProblemList();
        ImageCollector trained = new ImageCollector(channels, budget, problems);
        ImageCollector measured = new ImageCollector(channels, budget, problems);
        images.forEach(trained);
        validation.forEach(measured);
        if (budget.isExceeded()) {
            return refused(problems, budget.refusal());
        }
        List<List<ImageClass>> parts = new Cleaning(problems).clean(List.of(trained.classes(), measured.classes()));
        Optional<String> overlap = overlap(parts.get(0), parts.get(1), problems);
        return of(
                new Split(ImageSet.of(parts.get(0)), ImageSet.of(parts.get(1))), images, validation, problems, overlap);
    }

    /**
     * Reads one source and holds a part of it back.
     *
     * @throws DatasetException if the source as a whole can't be read
     */
    public static TrainingData split(DataSource images, Split.Rule rule, int channels) throws IOException {
        return split(images, rule, channels, HeapBudget.ofThisJvm());
    }

    static TrainingData split(DataSource images, Split.Rule rule, int channels, HeapBudget budget) throws IOException {
        ProblemList problems = new ProblemList();
        ImageCollector collector = new ImageCollector(channels, budget, problems);
        images.forEach(collector);
        if (budget.isExceeded()) {
            return refused(problems, budget.refusal());
        }
        ImageSet all = ImageSet.of(
                new Cleaning(problems).clean(List.of(collector.classes())).get(0));
        try {
            all.requireTwoClasses(images.toString(), images.layout());
            return of(rule.of(all, problems), images, images, problems, Optional.empty());
        } catch (DatasetException e) {
            return refused(problems, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns if a run can work with the data, and throws otherwise.
     *
     * @throws DatasetException with the reason, if it can't
     */
    public void requireUsable() throws DatasetException {
        if (refusal.isPresent()) {
            throw new DatasetException(refusal.get());
        }
    }

    private static TrainingData of(
            Split parts, DataSource images, DataSource validation, ProblemList problems, Optional<String> refusal) {
        DataReport report = new DataReport(
                parts.train().classes().size(),
                parts.train().imageCount(),
                parts.held().classes().size(),
                parts.held().imageCount(),
                problems.findings());
        return new TrainingData(
                parts.train(),
                parts.held(),
                report,
                refusal.or(() -> tooFew(parts.train(), "to train on", images))
                        .or(() -> tooFew(parts.held(), "to validate with", validation)));
    }

    private static TrainingData refused(ProblemList problems, String refusal) {
        return new TrainingData(
                NOTHING, NOTHING, new DataReport(0, 0, 0, 0, problems.findings()), Optional.of(refusal));
    }

    private static Optional<String> tooFew(ImageSet part, String purpose, DataSource source) {
        try {
            part.requireTwoClasses("the part of %s %s".formatted(source, purpose), source.layout());
            return Optional.empty();
        } catch (DatasetException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static Optional<String> overlap(
            List<ImageClass> training, List<ImageClass> validation, ProblemList problems) {
        Set<String> trained = training.stream().map(ImageClass::path).collect(Collectors.toSet());
        List<String> both = validation.stream()
                .map(ImageClass::path)
                .filter(trained::contains)
                .toList();
        both.forEach(path -> problems.add(DataProblem.IN_BOTH_PARTS, path));
        return both.stream()
                .findFirst()
                .map(
                        "class %s is in both folders: thresholds need classes that were not trained on, move it to one"
                                ::formatted);
    }
}
