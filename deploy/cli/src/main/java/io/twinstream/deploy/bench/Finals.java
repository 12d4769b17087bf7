package io.twinstream.deploy.bench;

import java.util.Arrays;
import java.util.List;

/** Finals tell the best of a few candidates by trials in which they take turns, so that the machine is as fast for all. */
final class Finals {
    private static final int ROUNDS = 5;

    private Finals() {}

    /** Returns the rate of a candidate in one trial. */
    interface Trial<T> {
        double of(T candidate) throws InterruptedException;
    }

    /** Returns the candidate whose median rate is the highest, of equal ones the first. */
    static <T> T winner(List<T> candidates, Trial<T> trial) throws InterruptedException {
        double[][] rates = new double[candidates.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < rates.length; i++) {
                rates[i][round] = trial.of(candidates.get(i));
            }
        }
        int best = 0;
        for (int i = 0; i < rates.length; i++) {
            Arrays.sort(rates[i]);
            best = rates[i][ROUNDS / 2] > rates[best][ROUNDS / 2] ? i : best;
        }
        return candidates.get(best);
    }
}
