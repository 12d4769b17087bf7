package io.twinstream.verifier.preprocess;

import java.util.SplittableRandom;

/**
 * Bends move the places of a picture a little, neighbours alike, as one hand bends strokes otherwise than another. They are a
 * cubic B-spline over a grid of {@value #CELLS} cells across and down. Immutable.
 */
public final class Bends {
    /** These move nothing. */
    public static final Bends NONE = new Bends(new double[0], new double[0]);

    private static final int CELLS = 4;
    /** The number of points that move each place, across and down. */
    private static final int ORDER = 4;

    private static final int POINTS = CELLS + ORDER - 1;

    private final double[] across;
    private final double[] down;

    private Bends(double[] across, double[] down) {
        this.across = across;
        this.down = down;
    }

    /**
     * Draws bends evenly.
     *
     * @param limit the farthest that a place is moved either way, as a share of the picture's width and height
     */
    public static Bends draw(SplittableRandom random, double limit) {
        return new Bends(points(random, limit), points(random, limit));
    }

    private static double[] points(SplittableRandom random, double limit) {
        return random.doubles((long) POINTS * POINTS, -limit, limit).toArray();
    }

    /** Returns whether these move nothing. */
    boolean isNone() {
        return across.length == 0;
    }

    /**
     * Returns how far the places of a row are moved.
     *
     * @param row the row's index, of so many
     */
    Row row(int row, int rows) {
        double place = place(row, rows);
        int cell = cell(place);
        double[] weights = weights(place - cell);
        double[] rowAcross = new double[POINTS];
        double[] rowDown = new double[POINTS];
        for (int point = 0; point < POINTS; point++) {
            for (int i = 0; i < ORDER; i++) {
                rowAcross[point] += weights[i] * across[(cell + i) * POINTS + point];
                rowDown[point] += weights[i] * down[(cell + i) * POINTS + point];
            }
        }
        return new Row(rowAcross, rowDown);
    }

    /** Returns where a pixel lies on the grid, 0 to {@value #CELLS}. */
    private static double place(int pixel, int pixels) {
        return (pixel + 0.5) / pixels * CELLS;
    }

    private static int cell(double place) {
        return Math.min(CELLS - 1, (int) place);
    }

    private static double[] weights(double t) {
        double left = 1 - t;
        return new double[] {
            left * left * left / 6,
            (3 * t * t * t - 6 * t * t + 4) / 6,
            (3 * left * left * left - 6 * left * left + 4) / 6,
            t * t * t / 6
        };
    }

    /** A row says how far its places are moved, as shares of the picture's width and height. */
    static final class Row {
        private final double[] across;
        private final double[] down;

        private Row(double[] across, double[] down) {
            this.across = across;
            this.down = down;
        }

        double across(int column, int columns) {
            return at(across, column, columns);
        }

        double down(int column, int columns) {
            return at(down, column, columns);
        }

        private static double at(double[] points, int column, int columns) {
            double place = place(column, columns);
            int cell = cell(place);
            double t = place - cell;
            double left = 1 - t;
            return (left * left * left * points[cell]
                            + (3 * t * t * t - 6 * t * t + 4) * points[cell + 1]
                            + (3 * left * left * left - 6 * left * left + 4) * points[cell + 2]
                            + t * t * t * points[cell + 3])
                    / 6;
        }
    }
}
