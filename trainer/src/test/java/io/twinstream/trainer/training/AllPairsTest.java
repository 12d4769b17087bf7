package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.twinstream.trainer.Garbage;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.training.Objective.AllPairs;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AllPairsTest {
    /** Images 0 and 2 are of one class, 1 and 3 of another. */
    private static final int[] LABELS = {5, 8, 5, 8};

    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void knowingNothingCostsOneBitForEachPairAndAGuessForEachRow() {
        assertEquals(Math.log(2) + Math.log(3), loss((i, j) -> 0), 1e-6);
    }

    @Test
    void rightAnswersCostNothingEvenWhereLogitsAreHuge() {
        assertEquals(0, loss((i, j) -> i % 2 == j % 2 ? 500 : -500), 1e-6);
    }

    @Test
    void genuineAndImpostorPairsWeighTheSame() {
        double genuineWrong = (Math.log1p(Math.exp(4)) + Math.log1p(Math.exp(-4))) / 2;

        assertEquals(genuineWrong + Math.log(3), loss((i, j) -> -4), 1e-5);
        assertEquals(genuineWrong + Math.log(3), loss((i, j) -> 4), 1e-5);
    }

    @Test
    void whatAnImageScoresAgainstItselfCountsForNothing() {
        assertEquals(loss((i, j) -> 0), loss((i, j) -> i == j ? 7 : 0), 1e-6);
    }

    @Test
    void severalPartnersCountAsTheirMean() {
        int[] threeAlike = {5, 5, 8, 5};
        float[] logits = new float[16];
        Arrays.fill(logits, -500);
        for (int i : new int[] {0, 1, 3}) {
            for (int j : new int[] {0, 1, 3}) {
                logits[i * 4 + j] = 500;
            }
        }

        // Right, but no partner outdoes the other: each row guesses between two.
        assertEquals(Math.log(2), loss(logits, threeAlike), 1e-6);
    }

    @Test
    void aCollectionOfGarbageChangesNoGradient() throws Exception {
        assertArrayEquals(gradient(() -> {}), gradient(Garbage::collect));
    }

    /** Returns the gradient of the cost, after something has been done between the way forward and the way back. */
    private static float[] gradient(Between between) throws InterruptedException {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray logits = manager.arange(16f).reshape(4, 4).duplicate();
            logits.setRequiresGradient(true);
            NDArray cost = AllPairs.cost(logits, LABELS);
            between.run();
            gradients.backward(cost);
            return logits.getGradient().toFloatArray();
        }
    }

    @FunctionalInterface
    private interface Between {
        void run() throws InterruptedException;
    }

    private interface Logit {
        float of(int row, int column);
    }

    private static double loss(Logit logit) {
        float[] logits = new float[16];
        for (int i = 0; i < 16; i++) {
            logits[i] = logit.of(i / 4, i % 4);
        }
        return loss(logits, LABELS);
    }

    private static double loss(float[] logits, int[] labels) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return AllPairs.cost(manager.create(logits, new Shape(4, 4)), labels)
                    .getFloat();
        }
    }
}
