package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A published figure is what others have published of Omniglot, to stand beside what is measured. Nothing here is
 * measured.
 *
 * @param oneShot accuracy in 20-way one-shot classification on the official runs, or null
 * @param verification accuracy in verification on pairs of the test alphabets, or null
 */
public record PublishedFigure(
        String name,
        String source,
        @Nullable Double oneShot,
        @Nullable Double verification) {

    /** These are the figures of the paper's network at its best, and of people. */
    private static final List<PublishedFigure> ALL = List.of(
            new PublishedFigure("koch2015", "Koch et al. 2015, tables 1 and 2", 0.92, 0.9342),
            new PublishedFigure("people", "Koch et al. 2015, table 2", 0.955, null));

    /** The alphabets that the paper tests on. */
    private static final Set<String> TEST_ALPHABETS = Set.of(
            "Atlantean",
            "Ge_ez",
            "Glagolitic",
            "Gurmukhi",
            "Kannada",
            "Malayalam",
            "Manipuri",
            "Old_Church_Slavonic_(Cyrillic)",
            "Tengwar",
            "Tibetan");

    private static final int OFFICIAL_RUNS = 20;
    private static final int OFFICIAL_TRIALS = 20;
    private static final Pattern OFFICIAL_RUN = Pattern.compile("all_runs/run\\d\\d");

    /**
     * Returns the figures that are of the same images as a measurement: those in one-shot classification beside all of
     * Omniglot's official runs, those in verification beside pairs of the paper's test alphabets. Images are known by the
     * names that their folders have in Omniglot.
     */
    public static List<PublishedFigure> beside(EvaluationMaterial material) {
        boolean oneShot = areOfficial(material.runs());
        HeldOutImages pairs = material.pairs();
        boolean verification = pairs != null
                && pairs.images().stream().allMatch(each -> TEST_ALPHABETS.contains(alphabet(each.group())));
        return ALL.stream()
                .map(each -> new PublishedFigure(
                        each.name, each.source, oneShot ? each.oneShot : null, verification ? each.verification : null))
                .filter(each -> each.oneShot != null || each.verification != null)
                .toList();
    }

    private static boolean areOfficial(List<OneShotRun> runs) {
        return runs.size() == OFFICIAL_RUNS
                && runs.stream()
                        .allMatch(each -> OFFICIAL_RUN.matcher(each.name()).matches()
                                && each.tests().size() == OFFICIAL_TRIALS);
    }

    private static String alphabet(String group) {
        return group.substring(group.lastIndexOf('/') + 1);
    }
}
