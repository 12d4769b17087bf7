package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Look-alikes are impostors that share a group, such as two characters of one alphabet. They match more often than others at one
 * threshold, and so have a table of their own where their pairs are enough for one.
 *
 * @param rates the error rates of the genuine pairs and of the look-alikes, over match logits
 */
record LookAlikes(ErrorRates rates) {
    private static final double FMR = 0.01;

    /** Returns null where classes have no groups, or all have the same. */
    static @Nullable LookAlikes of(PairScores pairs) {
        int lookAlike = pairs.lookAlike().length;
        return lookAlike == 0 || lookAlike == pairs.impostor().length || pairs.genuine().length == 0
                ? null
                : new LookAlikes(new ErrorRates(pairs.genuine(), pairs.lookAlike()));
    }

    /** Returns the error rates and what they rest on, by name. */
    Map<String, Double> measures(EmbeddedImages images) {
        Map<String, Set<Integer>> classes = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            if (!images.groups().get(i).isEmpty()) {
                classes.computeIfAbsent(images.groups().get(i), group -> new TreeSet<>())
                        .add(images.classes()[i]);
            }
        }
        classes.values().removeIf(group -> group.size() < 2);
        Map<String, Double> measures = new TreeMap<>();
        put(measures, "eer", rates.equalErrorRate());
        put(measures, "fnmr@fmr=0.01", rates.fnmrAtFmr(FMR));
        put(measures, ThresholdBasis.IMPOSTOR_PAIRS, rates.impostorPairs());
        put(
                measures,
                ThresholdBasis.CLASSES,
                classes.values().stream().mapToDouble(Set::size).sum());
        put(
                measures,
                ThresholdBasis.CLASS_PAIRS,
                classes.values().stream()
                        .mapToDouble(group -> group.size() * (group.size() - 1.0) / 2)
                        .sum());
        measures.put(ThresholdBasis.GROUPS, (double) classes.size());
        return measures;
    }

    /**
     * Returns the table, and the bounds of what as many other groups see at its thresholds, as measures. There is no table where the
     * pairs are too few to set thresholds.
     */
    Map<String, Double> thresholds(EmbeddedImages images, MatchFunction match) throws DatasetException {
        Map<String, Double> measures = new TreeMap<>();
        if (ThresholdTable.isEnough(rates.impostorPairs())) {
            FmrTable table = ThresholdTable.of(rates);
            Impostors.putLookAlikes(table, measures);
            ClassResampling classes = ClassResampling.of(images, match, Impostors.LOOK_ALIKES);
            measures.putAll(classes.bounds(classes.targets(table)));
        }
        return measures;
    }

    private static void put(Map<String, Double> measures, String name, double value) {
        measures.put(Impostors.LOOK_ALIKES.measure(name), value);
    }
}
