package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.HeldOutImages;
import io.twinstream.trainer.evaluation.ModelComparer;
import io.twinstream.trainer.evaluation.PairPlan;
import io.twinstream.trainer.evaluation.PairSample;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the accuracy in verification on 10,000 pairs drawn as in the paper: {@code wide} reaches at least the paper's own on
 * its alphabets. The threshold comes from the other half of the alphabets.
 */
public final class Verification implements AcceptanceCheck {
    private static final double OF_PAPER = 0.9342;
    private static final List<String> MODELS = List.of("compact", "wide");

    @Override
    public Result run(Path folder) throws IOException {
        List<String> figures = new ArrayList<>();
        boolean kept = false;
        for (String name : MODELS) {
            try {
                ModelPackage model = ShippedModel.read(name);
                HeldOutImages images = HeldOutImages.read(
                        DataSource.of(folder), model.manifest().input().channels());
                VerificationEvaluation within = evaluate(model, images, false);
                int pairs = within.scored().pairs().size();
                kept = name.equals("wide") && pairs == PairPlan.DEFAULT_COUNT && within.accuracy() >= OF_PAPER;
                figures.add("%s on %d pairs: %s, impostors from all alphabets %s"
                        .formatted(name, pairs, figures(within), figures(evaluate(model, images, true))));
            } catch (InvalidPackageException e) {
                kept = false;
                figures.add("%s: %s".formatted(name, e.getMessage()));
            }
        }
        figures.add("bar for wide %.2f %%".formatted(100 * OF_PAPER));
        return new Result(kept, String.join("; ", figures));
    }

    private static VerificationEvaluation evaluate(ModelPackage model, HeldOutImages images, boolean acrossGroups)
            throws IOException {
        PairPlan plan = new PairPlan(PairPlan.DEFAULT_COUNT, PairPlan.DEFAULT_SEED, acrossGroups);
        try (ModelComparer comparer = ModelComparer.open(model, 1)) {
            return VerificationEvaluation.of(comparer, PairSample.draw(images, plan));
        }
    }

    private static String figures(VerificationEvaluation evaluation) {
        ErrorRates rates = evaluation.rates();
        return "accuracy %.2f %%, EER %.2f %%, FNMR at FMR 0.01 %.2f %%"
                .formatted(100 * evaluation.accuracy(), 100 * rates.equalErrorRate(), 100 * rates.fnmrAtFmr(0.01));
    }
}
