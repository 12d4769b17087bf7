package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    @Test
    void everyRowGetsAColumnOfItsOwnAtTheHighestSum() {
        double[][] scores = {
            {9, 8, 1},
            {8, 2, 1},
            {9, 7, 6}
        };

        assertArrayEquals(new int[] {1, 0, 2}, Assignment.best(scores));
    }

    @Test
    void noOtherAssignmentHasAHigherSum() {
        Random random = new Random(1);
        for (int trial = 0; trial < 300; trial++) {
            int size = random.nextInt(7);
            double[][] scores = new double[size][size];
            for (double[] row : scores) {
                // Few different scores, so that many sums are the same.
                Arrays.setAll(row, column -> trialScore(random));
            }

            int[] chosen = Assignment.best(scores);

            assertEquals(size, Arrays.stream(chosen).distinct().count());
            assertEquals(highest(scores, 0, new boolean[size]), sum(scores, chosen), 1e-9);
        }
    }

    private static double trialScore(Random random) {
        return random.nextInt(10) == 0 ? -1e6 : random.nextInt(5) - 2;
    }

    private static double sum(double[][] scores, int[] chosen) {
        double sum = 0;
        for (int row = 0; row < chosen.length; row++) {
            sum += scores[row][chosen[row]];
        }
        return sum;
    }

    private static double highest(double[][] scores, int row, boolean[] taken) {
        if (row == scores.length) {
            return 0;
        }
        double highest = Double.NEGATIVE_INFINITY;
        for (int column = 0; column < taken.length; column++) {
            if (!taken[column]) {
                taken[column] = true;
                highest = Math.max(highest, scores[row][column] + highest(scores, row + 1, taken));
                taken[column] = false;
            }
        }
        return highest;
    }
}
