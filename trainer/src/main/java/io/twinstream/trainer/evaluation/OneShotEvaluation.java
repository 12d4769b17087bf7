package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.OneShotRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A one-shot evaluation has the accuracy in one-shot classification (Lake et al. 2015). Each test picture goes to the
 * class whose only picture scores highest against it, and to the first of several.
 *
 * <p>A joint assignment is another task. It sees all test pictures of a run at once and gives each a class of its own, such that
 * the sum of the scores is the highest. Who knows that each class comes exactly once makes fewer errors, so its accuracy is never
 * compared with that of trials judged one by one.
 *
 * @param each the trials in the order of their runs
 * @param joint the same trials by joint assignment; empty where a run hasn't as many test pictures as classes
 */
public record OneShotEvaluation(List<OneShotTrial> each, List<OneShotTrial> joint) {
    public OneShotEvaluation {
        each = List.copyOf(each);
        joint = List.copyOf(joint);
    }

    /** Measures a model at one view of each probe. */
    public static OneShotEvaluation of(ModelPackage model, List<OneShotRun> runs) {
        try (ModelComparer comparer = ModelComparer.open(model, 1)) {
            return of(comparer, runs);
        }
    }

    public static OneShotEvaluation of(Comparer comparer, List<OneShotRun> runs) {
        List<OneShotTrial> trials = new ArrayList<>();
        List<OneShotTrial> joint = new ArrayList<>();
        boolean square = runs.stream()
                .allMatch(run -> run.tests().size() == run.classes().size());
        for (OneShotRun run : runs) {
            int[][] against = new int[run.tests().size()][];
            Arrays.fill(against, IntStream.range(0, run.classes().size()).toArray());
            double[][] scores = comparer.scores(run.tests(), run.classes(), against);
            int[] jointly = square ? Assignment.best(scores) : new int[0];
            for (int test = 0; test < scores.length; test++) {
                trials.add(new OneShotTrial(run, test, highest(scores[test])));
                if (square) {
                    joint.add(new OneShotTrial(run, test, jointly[test]));
                }
            }
        }
        return new OneShotEvaluation(trials, joint);
    }

    public int trials() {
        return each.size();
    }

    /** Counts the trials that went to their own class. */
    public int correct() {
        return (int) each.stream().filter(OneShotTrial::correct).count();
    }

    /** Returns the share of the trials that went right, 0 to 1. */
    public double accuracy() {
        return (double) correct() / trials();
    }

    /** Returns the evaluation of joint assignment by itself; empty where there is none. */
    public Optional<OneShotEvaluation> jointAssignment() {
        return joint.isEmpty() ? Optional.empty() : Optional.of(new OneShotEvaluation(joint, List.of()));
    }

    public Interval interval() {
        return Interval.wilson(correct(), trials());
    }

    public List<OneShotTrial> errors() {
        return each.stream().filter(trial -> !trial.correct()).toList();
    }

    /** Returns the evaluation of each run's trials one by one, by the runs' names in their order. */
    public Map<String, OneShotEvaluation> byRun() {
        Map<String, List<OneShotTrial>> runs = each.stream()
                .collect(Collectors.groupingBy(trial -> trial.run().name(), LinkedHashMap::new, Collectors.toList()));
        Map<String, OneShotEvaluation> evaluations = new LinkedHashMap<>();
        runs.forEach((name, trials) -> evaluations.put(name, new OneShotEvaluation(trials, List.of())));
        return evaluations;
    }

    private static int highest(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * A trial takes one test picture of a one-shot run for one of its classes.
     *
     * @param test index of the test picture in its run
     * @param chosen index of the class in the run
     */
    public record OneShotTrial(OneShotRun run, int test, int chosen) {
        public boolean correct() {
            return chosen == answer();
        }

        public Picture probe() {
            return run.tests().get(test);
        }

        public Picture chosenClass() {
            return run.classes().get(chosen);
        }

        public Picture rightClass() {
            return run.classes().get(answer());
        }

        private int answer() {
            return run.answers().get(test);
        }
    }
}
