package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.twinstream.trainer.Garbage;
import io.twinstream.trainer.network.PyTorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DistillationTest {
    /** Images 0 and 2 are of one class, 1 and 3 of another. */
    private static final int[] LABELS = {5, 8, 5, 8};

    private static final float[] TEACHER = {
        0, -3, 4, -9,
        -3, 0, -2, 5,
        4, -2, 0, -7,
        -9, 5, -7, 0
    };

    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void whoAnswersAsTheTeachersDoHasNothingToLearn() throws Exception {
        for (float each : gradient(TEACHER.clone(), () -> {})) {
            assertEquals(0, each, 1e-5);
        }
    }

    @Test
    void whoAnswersOtherwiseIsMovedTowardsTheTeachers() throws Exception {
        float[] logits = TEACHER.clone();
        logits[2] = 0;
        logits[3] = -5;

        float[] gradient = gradient(logits, () -> {});

        assertTrue(gradient[2] < 0, "a genuine pair that matches too little: " + gradient[2]);
        assertTrue(gradient[3] > 0, "an impostor pair that matches too much: " + gradient[3]);
    }

    @Test
    void answeringAsTheTeachersDoCostsLessThanAnythingElse() {
        float[] other = TEACHER.clone();
        other[6] = -4;

        assertTrue(cost(TEACHER) < cost(other));
    }

    @Test
    void whatAnImageScoresAgainstItselfCountsForNothing() {
        float[] other = TEACHER.clone();
        other[0] = 50;

        assertEquals(cost(TEACHER), cost(other), 1e-5);
    }

    @Test
    void aCollectionOfGarbageChangesNoGradient() throws Exception {
        float[] logits = new float[16];

        assertArrayEquals(gradient(logits, () -> {}), gradient(logits, Garbage::collect));
    }

    private static double cost(float[] logits) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return Distillation.cost(manager.create(logits, new Shape(4, 4)), TEACHER, LABELS)
                    .getFloat();
        }
    }

    /** Returns the gradient of the cost, after something has been done between the way forward and the way back. */
    private static float[] gradient(float[] of, Between between) throws InterruptedException {
        try (NDManager manager = NDManager.newBaseManager();
                GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
            NDArray logits = manager.create(of, new Shape(4, 4));
            logits.setRequiresGradient(true);
            NDArray cost = Distillation.cost(logits, TEACHER, LABELS);
            between.run();
            gradients.backward(cost);
            return logits.getGradient().toFloatArray();
        }
    }

    @FunctionalInterface
    private interface Between {
        void run() throws InterruptedException;
    }
}
