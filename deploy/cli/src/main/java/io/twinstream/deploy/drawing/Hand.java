package io.twinstream.deploy.drawing;

import java.util.Random;

/**
 * Says how one person writes: with a slant, a size, a pen, and an unsteadiness that differs from drawing to drawing.
 *
 * @param rotation rotation in radians
 * @param penRadius radius of the pen in parts of the page's side
 */
record Hand(
        double rotation, double scaleX, double scaleY, double shear, double shiftX, double shiftY, double penRadius) {
    private static final double ROTATION = Math.toRadians(4);
    private static final double LOG_SCALE = 0.07;
    private static final double SHEAR = 0.07;
    private static final double SHIFT = 0.03;
    private static final double UNSTEADINESS = 0.012;
    private static final double THINNEST = 0.016;
    private static final double PEN_RANGE = 0.002;

    static Hand random(Random random) {
        return new Hand(
                ROTATION * random.nextGaussian(),
                Math.exp(LOG_SCALE * random.nextGaussian()),
                Math.exp(LOG_SCALE * random.nextGaussian()),
                SHEAR * random.nextGaussian(),
                SHIFT * random.nextGaussian(),
                SHIFT * random.nextGaussian(),
                THINNEST + PEN_RANGE * random.nextDouble());
    }

    /** Returns the glyph as this hand puts it down once. */
    Glyph write(Glyph glyph, Random random) {
        return glyph.map(point -> place(point).jittered(random, UNSTEADINESS));
    }

    private Point place(Point point) {
        double x = scaleX * (point.x() - 0.5);
        double y = scaleY * (point.y() - 0.5);
        x += shear * y;
        return new Point(
                0.5 + shiftX + x * Math.cos(rotation) - y * Math.sin(rotation),
                0.5 + shiftY + x * Math.sin(rotation) + y * Math.cos(rotation));
    }
}
