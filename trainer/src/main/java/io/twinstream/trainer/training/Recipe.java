package io.twinstream.trainer.training;

import ai.djl.training.optimizer.Optimizer;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.training.Objective.AllPairs;
import io.twinstream.trainer.training.Objective.SinglePairs;
import io.twinstream.trainer.training.TrainingSettings.Method;
import java.util.List;

/**
 * A recipe has the parts of a way to learn.
 *
 * @param patienceEpochs epochs without a better validation accuracy after which training stops, with the weights of the
 *     best one; 0 for never
 */
record Recipe(
        Sampler sampler,
        Effects effects,
        Objective objective,
        Optimizer optimizer,
        OptimizerState state,
        int patienceEpochs) {
    private static final int PAPER_PATIENCE_EPOCHS = 20;
    private static final float PAPER_MOMENTUM_LIMIT = 0.9f;
    private static final float PAPER_L2 = 2e-4f;

    static Recipe of(TrainingSettings settings, InputSpec input, List<ImageClass> classes) {
        return settings.method() == Method.PAPER ? paper(settings, classes) : allPairs(settings, input, classes);
    }

    private static Recipe allPairs(TrainingSettings settings, InputSpec input, List<ImageClass> classes) {
        Refinements refinements = settings.refinements();
        ResumableAdam adam =
                new ResumableAdam(refinements.schedule().tracker(settings.learningRate(), settings.steps()));
        boolean mirrored = refinements.mirrored();
        Effects effects = input.inkIsOne()
                ? Effects.ofDrawings(Distortion.HANDWRITING, mirrored)
                : Effects.ofPhotographs(mirrored);
        return new Recipe(
                new GroupSampler(classes, settings.symmetries(), settings.pairs()),
                effects.bent(refinements.bend()),
                refinements.proxies() > 0 ? new Proxies(classes, refinements.proxies()) : new AllPairs(),
                adam,
                adam,
                0);
    }

    private static Recipe paper(TrainingSettings settings, List<ImageClass> classes) {
        PaperSgd descent = new PaperSgd(
                new PaperSgd.Rates(settings.learningRate(), PAPER_MOMENTUM_LIMIT, PAPER_L2, settings.stepsPerEpoch()));
        return new Recipe(
                new PaperSampler(classes, settings.pairs()),
                Effects.ofDrawings(Distortion.PAPER, false),
                new SinglePairs(),
                descent,
                descent,
                PAPER_PATIENCE_EPOCHS);
    }
}
