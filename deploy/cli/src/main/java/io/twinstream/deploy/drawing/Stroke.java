package io.twinstream.deploy.drawing;

import java.util.Random;
import java.util.function.UnaryOperator;

/** A stroke is one movement of the pen: a cubic Bezier curve from {@code start} to {@code end}. */
record Stroke(Point start, Point firstControl, Point secondControl, Point end) {
    private static final double MARGIN = 0.15;
    private static final double SHORTEST = 0.3;

    /** Returns a stroke from a given point to somewhere else, at least 0.3 away. */
    static Stroke random(Point start, Random random) {
        Point end = Point.random(random, MARGIN);
        while (end.distance(start) < SHORTEST) {
            end = Point.random(random, MARGIN);
        }
        return new Stroke(start, Point.random(random, 0), Point.random(random, 0), end);
    }

    Stroke map(UnaryOperator<Point> move) {
        return new Stroke(move.apply(start), move.apply(firstControl), move.apply(secondControl), move.apply(end));
    }

    /** Returns the pen's place at a time from 0 to 1. */
    Point at(double time) {
        double rest = 1 - time;
        double a = rest * rest * rest;
        double b = 3 * rest * rest * time;
        double c = 3 * rest * time * time;
        double d = time * time * time;
        return new Point(
                a * start.x() + b * firstControl.x() + c * secondControl.x() + d * end.x(),
                a * start.y() + b * firstControl.y() + c * secondControl.y() + d * end.y());
    }
}
