package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.OneShotRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model is measured on; what is not there is not measured.
 *
 * @param runs one-shot classification; may be empty
 * @param pairs verification
 * @param thresholdPairs images of other subjects, whose pairs set the threshold of the accuracy in verification; null to set
 *     it on one half of the pairs for the other
 * @param identify open-set identification
 */
public record EvaluationMaterial(
        List<OneShotRun> runs,
        @Nullable HeldOutImages pairs,
        @Nullable HeldOutImages thresholdPairs,
        @Nullable HeldOutImages identify) {
    public EvaluationMaterial {
        runs = List.copyOf(runs);
    }

    /** Images that were there to be read, a set that serves twice counted once; those of runs not counted, which must all be readable. */
    public int presented() {
        return sets().mapToInt(HeldOutImages::presented).sum();
    }

    /** A line for each image that couldn't be read. */
    public List<String> failures() {
        return sets().flatMap(set -> set.failures().stream()).toList();
    }

    /** Failure-to-acquire rate (ISO/IEC 19795-1): the share of the images presented that couldn't be read. */
    public double failureToAcquire() {
        long failed = sets().mapToInt(set -> set.failures().size()).sum();
        return presented() == 0 ? 0 : (double) failed / presented();
    }

    /** All pictures, those of a set that serves twice once. */
    List<Picture> pictures() {
        return Stream.concat(
                        sets().flatMap(set -> set.images().stream()).map(HeldOutImage::picture),
                        runs.stream().flatMap(run -> Stream.concat(run.classes().stream(), run.tests().stream())))
                .toList();
    }

    private Stream<HeldOutImages> sets() {
        Map<String, HeldOutImages> once = new LinkedHashMap<>();
        Stream.of(pairs, thresholdPairs, identify)
                .filter(Objects::nonNull)
                .forEach(set -> once.put(set.fingerprint(), set));
        return once.values().stream();
    }
}
