package io.twinstream.trainer.evaluation;

import java.util.Arrays;

/**
 * An assignment gives each row of a square matrix a column of its own, such that the sum of the chosen scores is the highest
 * (Kuhn 1955, in the form with shortest augmenting paths of Jonker and Volgenant 1987). It takes the cube of the rows' number.
 */
final class Assignment {
    private static final int NONE = -1;

    private Assignment() {}

    /**
     * Returns the column of each row; of several best assignments the same one each time.
     *
     * @param scores finite numbers, as many columns as rows
     */
    static int[] best(double[][] scores) {
        int size = scores.length;
        double[] rowPrice = new double[size];
        double[] columnPrice = new double[size];
        int[] rowOf = new int[size];
        Arrays.fill(rowOf, NONE);
        for (int row = 0; row < size; row++) {
            augment(row, scores, rowPrice, columnPrice, rowOf);
        }
        int[] columnOf = new int[size];
        for (int column = 0; column < size; column++) {
            columnOf[rowOf[column]] = column;
        }
        return columnOf;
    }

    /** Finds the cheapest way to give one more row a column, and moves the rows on this way. */
    private static void augment(int first, double[][] scores, double[] rowPrice, double[] columnPrice, int[] rowOf) {
        int size = scores.length;
        double[] distance = new double[size];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        int[] before = new int[size];
        boolean[] done = new boolean[size];
        int column = NONE;
        int row = first;
        do {
            if (column != NONE) {
                done[column] = true;
                row = rowOf[column];
            }
            double gone = column == NONE ? 0 : distance[column];
            int nearest = NONE;
            for (int next = 0; next < size; next++) {
                if (!done[next]) {
                    double reached = gone - scores[row][next] - rowPrice[row] - columnPrice[next];
                    if (reached < distance[next]) {
                        distance[next] = reached;
                        before[next] = column;
                    }
                    if (nearest == NONE || distance[next] < distance[nearest]) {
                        nearest = next;
                    }
                }
            }
            column = nearest;
        } while (rowOf[column] != NONE);
        double length = distance[column];
        rowPrice[first] += length;
        for (int each = 0; each < size; each++) {
            if (done[each]) {
                rowPrice[rowOf[each]] += length - distance[each];
                columnPrice[each] -= length - distance[each];
            }
        }
        while (column != NONE) {
            int from = before[column];
            rowOf[column] = from == NONE ? first : rowOf[from];
            column = from;
        }
    }
}
