package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.ModelComparer;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures the shipped models' accuracy in 20-way one-shot classification at one view, and what more views add. */
public final class OneShot implements AcceptanceCheck {
    private static final int TRIALS = 400;
    private static final Map<String, Double> BARS = new TreeMap<>(Map.of("compact", 0.79, "wide", 0.85));

    @Override
    public Result run(Path folder) throws IOException {
        List<String> figures = new ArrayList<>();
        boolean kept = true;
        for (Map.Entry<String, Double> bar : BARS.entrySet()) {
            try {
                ModelPackage model = ShippedModel.read(bar.getKey());
                List<OneShotRun> runs =
                        OneShotRun.readAll(folder, model.manifest().input().channels());
                OneShotEvaluation one = evaluate(model, runs, 1);
                kept &= one.trials() == TRIALS && one.accuracy() >= bar.getValue();
                figures.add(
                        "%s %.2f %% of %d trials, 95 %% interval %.1f to %.1f, bar %.0f; 5 views %+.2f, 9 views %+.2f"
                                .formatted(
                                        bar.getKey(),
                                        100 * one.accuracy(),
                                        one.trials(),
                                        100 * one.interval().low(),
                                        100 * one.interval().high(),
                                        100 * bar.getValue(),
                                        100 * (evaluate(model, runs, 5).accuracy() - one.accuracy()),
                                        100 * (evaluate(model, runs, 9).accuracy() - one.accuracy())));
            } catch (InvalidPackageException e) {
                kept = false;
                figures.add("%s: %s".formatted(bar.getKey(), e.getMessage()));
            }
        }
        return new Result(kept, String.join("; ", figures));
    }

    private static OneShotEvaluation evaluate(ModelPackage model, List<OneShotRun> runs, int views) {
        try (ModelComparer comparer = ModelComparer.open(model, views)) {
            return OneShotEvaluation.of(comparer, runs);
        }
    }
}
