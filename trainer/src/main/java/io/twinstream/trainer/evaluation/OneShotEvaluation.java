package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.util.List;

/**
 * A model's accuracy in one-shot classification (Lake et al. 2015): each test picture goes to the class whose only
 * picture scores highest against it.
 *
 * @param correct test pictures that went to their own class
 * @param trials test pictures
 */
public record OneShotEvaluation(int correct, int trials) {

    public static OneShotEvaluation of(ModelPackage model, List<OneShotRun> runs) {
        MatchFunction match = MatchFunction.of(model);
        int correct = 0;
        int trials = 0;
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            for (OneShotRun run : runs) {
                float[][] classes = embedder.embedAll(run.classes());
                float[][] tests = embedder.embedAll(run.tests());
                for (int test = 0; test < tests.length; test++) {
                    if (best(tests[test], classes, match) == run.answers().get(test)) {
                        correct++;
                    }
                }
                trials += tests.length;
            }
        }
        return new OneShotEvaluation(correct, trials);
    }

    /** Share of the trials that were right, 0 to 1. */
    public double accuracy() {
        return (double) correct / trials;
    }

    private static int best(float[] test, float[][] classes, MatchFunction match) {
        int best = 0;
        for (int i = 1; i < classes.length; i++) {
            if (match.logit(test, classes[i]) > match.logit(test, classes[best])) {
                best = i;
            }
        }
        return best;
    }
}
