package io.twinstream.deploy.acceptance.rig;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A rate of errors among comparisons of people, and how far it might lie off. Comparisons of the same people hang together, so
 * people are drawn anew, and not comparisons.
 */
public final class PeopleRate {
    private static final int DRAWS = 1000;
    private static final double TAIL = 0.025;

    private final int people;
    private final int[][] errors;
    private final int[][] compared;

    public PeopleRate(int people) {
        this.people = people;
        this.errors = new int[people][people];
        this.compared = new int[people][people];
    }

    /** Counts a comparison of two people, or of one with itself. */
    public void add(int one, int other, boolean error) {
        compared[one][other]++;
        errors[one][other] += error ? 1 : 0;
    }

    /** Returns the number of comparisons. */
    public int compared() {
        return Arrays.stream(compared).flatMapToInt(Arrays::stream).sum();
    }

    /** Returns the share of errors; 0 without a comparison. */
    public double rate() {
        int[] once = new int[people];
        Arrays.fill(once, 1);
        return rate(once);
    }

    /** Returns between which bounds the rate lies in 95 of 100 draws of as many people. */
    public double[] interval() {
        return middle(draws(1));
    }

    /** Returns between which bounds another rate, of other people, lies above this one in 95 of 100 draws of both. */
    public double[] above(PeopleRate other) {
        double[] mine = draws(1);
        double[] others = other.draws(2);
        double[] above = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            above[draw] = others[draw] - mine[draw];
        }
        return middle(above);
    }

    private static double[] middle(double[] drawn) {
        Arrays.sort(drawn);
        return new double[] {drawn[(int) (TAIL * DRAWS)], drawn[(int) ((1 - TAIL) * DRAWS) - 1]};
    }

    private double[] draws(long seed) {
        double[] drawn = new double[DRAWS];
        SplittableRandom random = new SplittableRandom(seed);
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] times = new int[people];
            for (int i = 0; i < people; i++) {
                times[random.nextInt(people)]++;
            }
            drawn[draw] = rate(times);
        }
        return drawn;
    }

    private double rate(int[] times) {
        double wrong = 0;
        double all = 0;
        for (int one = 0; one < people; one++) {
            for (int other = 0; other < people; other++) {
                // A person who is compared with itself is drawn once.
                double weight = one == other ? times[one] : (double) times[one] * times[other];
                wrong += errors[one][other] * weight;
                all += compared[one][other] * weight;
            }
        }
        return all == 0 ? 0 : wrong / all;
    }
}
