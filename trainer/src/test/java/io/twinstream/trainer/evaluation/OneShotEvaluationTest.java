package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.OneShotEvaluation.OneShotTrial;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneShotEvaluationTest {
    private final OneShotRun near = new OneShotRun(
            "near",
            List.of(Dots.dot(10), Dots.dot(20), Dots.dot(30)),
            List.of(Dots.dot(11), Dots.dot(29)),
            List.of(0, 2));
    private final OneShotRun far = new OneShotRun(
            "far", List.of(Dots.dot(10), Dots.dot(20)), List.of(Dots.dot(19), Dots.dot(15)), List.of(0, 1));
    private final OneShotEvaluation evaluation =
            OneShotEvaluation.of(Dots.comparer((probe, reference) -> -Math.abs(probe - reference)), List.of(near, far));

    @Test
    void aTestGoesToTheClassThatScoresHighest() {
        assertEquals(
                List.of(0, 2, 1, 0),
                evaluation.each().stream().map(OneShotTrial::chosen).toList());
    }

    @Test
    void accuracyIsTheShareThatWentToItsOwnClass() {
        assertEquals(4, evaluation.trials());
        assertEquals(2, evaluation.correct());
        assertEquals(0.5, evaluation.accuracy());
        assertEquals(Interval.wilson(2, 4), evaluation.interval());
    }

    @Test
    void jointAssignmentTakesEachClassOnce() {
        OneShotRun run = new OneShotRun(
                "run",
                List.of(Dots.dot(10), Dots.dot(20), Dots.dot(30)),
                List.of(Dots.dot(18), Dots.dot(21), Dots.dot(29)),
                List.of(0, 1, 2));

        OneShotEvaluation both =
                OneShotEvaluation.of(Dots.comparer((probe, reference) -> -Math.abs(probe - reference)), List.of(run));

        // By itself the first test is nearest to the second class, which the second test is nearer to.
        assertEquals(2, both.correct());
        OneShotEvaluation joint = both.jointAssignment().orElseThrow();
        assertEquals(3, joint.correct());
        assertEquals(3, joint.trials());
        assertTrue(joint.jointAssignment().isEmpty());
    }

    @Test
    void withoutAsManyTestsAsClassesThereIsNoJointAssignment() {
        assertTrue(evaluation.jointAssignment().isEmpty());
    }

    @Test
    void runsAreKeptApart() {
        assertEquals(List.of("near", "far"), List.copyOf(evaluation.byRun().keySet()));
        assertEquals(1.0, evaluation.byRun().get("near").accuracy());
        assertEquals(0.0, evaluation.byRun().get("far").accuracy());
    }

    @Test
    void anErrorKnowsItsThreePictures() {
        OneShotTrial error = evaluation.errors().get(0);

        assertEquals(far.tests().get(0), error.probe());
        assertEquals(far.classes().get(1), error.chosenClass());
        assertEquals(far.classes().get(0), error.rightClass());
    }
}
