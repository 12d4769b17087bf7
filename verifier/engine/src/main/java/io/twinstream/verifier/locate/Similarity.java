package io.twinstream.verifier.locate;

import io.twinstream.verifier.locate.Region.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A similarity turns, scales and moves, and never mirrors: {@code x' = along * x - across * y + right}, {@code y' = across *
 * x + along * y + down}; y points down.
 */
public record Similarity(double along, double across, double right, double down) {
    /**
     * Returns the similarity that lays points onto places with the least sum of squared distances, or null where the
     * points coincide and so give no direction. This is Umeyama's solution in two dimensions, without reflections (IEEE PAMI
     * 13(4), 1991).
     */
    public static @Nullable Similarity laying(List<Point> points, List<Point> places) {
        if (points.size() != places.size() || points.size() < 2) {
            throw new IllegalArgumentException("a similarity lays 2 points or more onto as many places, had %d and %d"
                    .formatted(points.size(), places.size()));
        }
        int count = points.size();
        double x = points.stream().mapToDouble(Point::x).sum() / count;
        double y = points.stream().mapToDouble(Point::y).sum() / count;
        double placeX = places.stream().mapToDouble(Point::x).sum() / count;
        double placeY = places.stream().mapToDouble(Point::y).sum() / count;
        double squares = 0;
        double along = 0;
        double across = 0;
        for (int i = 0; i < count; i++) {
            double dx = points.get(i).x() - x;
            double dy = points.get(i).y() - y;
            double toX = places.get(i).x() - placeX;
            double toY = places.get(i).y() - placeY;
            squares += dx * dx + dy * dy;
            along += dx * toX + dy * toY;
            across += dx * toY - dy * toX;
        }
        along /= squares;
        across /= squares;
        Similarity laying =
                new Similarity(along, across, placeX - along * x + across * y, placeY - across * x - along * y);
        double scale = laying.scale();
        return scale > 0 && Double.isFinite(scale) && Double.isFinite(1 / scale) ? laying : null;
    }

    /** Returns the factor by which lengths grow. */
    public double scale() {
        return Math.hypot(along, across);
    }

    /** Returns the similarity that undoes this one. */
    public Similarity inverse() {
        double square = along * along + across * across;
        double back = along / square;
        double turn = -across / square;
        return new Similarity(back, turn, -back * right + turn * down, -turn * right - back * down);
    }

    public double x(double x, double y) {
        return along * x - across * y + right;
    }

    public double y(double x, double y) {
        return across * x + along * y + down;
    }
}
