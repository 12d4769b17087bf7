package io.twinstream.deploy.drawing;

import java.util.Random;

/** This is a point of the unit square, with x to the right and y downwards. */
record Point(double x, double y) {

    static Point random(Random random, double margin) {
        double side = 1 - 2 * margin;
        return new Point(margin + side * random.nextDouble(), margin + side * random.nextDouble());
    }

    /** Returns this point, off by a normally distributed error. */
    Point jittered(Random random, double deviation) {
        return new Point(x + deviation * random.nextGaussian(), y + deviation * random.nextGaussian());
    }

    double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }
}
