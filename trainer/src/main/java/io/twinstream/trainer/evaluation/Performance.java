package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.OneShotRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well one way of comparing does.
 *
 * @param name the comparer's
 * @param oneShot null where no runs were given
 * @param verification null where no pairs were given
 */
public record Performance(
        String name,
        @Nullable OneShotEvaluation oneShot,
        @Nullable VerificationEvaluation verification) {

    static Performance of(
            Comparer comparer, List<OneShotRun> runs, @Nullable PairSample pairs, @Nullable PairSample thresholds) {
        return new Performance(
                comparer.name(),
                runs.isEmpty() ? null : OneShotEvaluation.of(comparer, runs),
                verification(comparer, pairs, thresholds));
    }

    private static @Nullable VerificationEvaluation verification(
            Comparer comparer, @Nullable PairSample pairs, @Nullable PairSample thresholds) {
        if (pairs == null) {
            return null;
        }
        return thresholds == null
                ? VerificationEvaluation.of(comparer, pairs)
                : VerificationEvaluation.of(comparer, pairs, thresholds);
    }
}
