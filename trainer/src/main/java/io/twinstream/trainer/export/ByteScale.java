package io.twinstream.trainer.export;

/**
 * How a tensor's floats are held as bytes: {@code (byte - zeroPoint) * scale}, zero exactly.
 *
 * @param scale positive
 * @param zeroPoint 0 to {@value #LEVELS}
 */
record ByteScale(float scale, int zeroPoint) {
    static final int LEVELS = 255;

    /** From {@code low} to {@code high}, and zero where it lies outside. */
    static ByteScale of(double low, double high) {
        double from = Math.min(0, low);
        double to = Math.max(0, high);
        if (from == to) {
            return new ByteScale(1, 0);
        }
        double scale = (to - from) / LEVELS;
        return new ByteScale((float) scale, (int) Math.round(-from / scale));
    }

    /** A number as it is once it has been a byte. */
    double rounded(double value) {
        long level = Math.round(value / scale) + zeroPoint;
        return (Math.max(0, Math.min(LEVELS, level)) - zeroPoint) * (double) scale;
    }
}
