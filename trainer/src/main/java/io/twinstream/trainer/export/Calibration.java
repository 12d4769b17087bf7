package io.twinstream.trainer.export;

import io.twinstream.trainer.export.Activations.Spread;

/**
 * A calibration chooses the range that a tensor's bytes cover. What lies outside is cut off; what lies inside gets
 * coarser as the range gets wider.
 */
enum Calibration {
    /** The range covers all numbers that were seen. */
    MIN_MAX {
        @Override
        ByteScale of(Spread spread) {
            return ByteScale.of(spread.low(), spread.high());
        }
    },
    /** The range covers all but one in ten thousand on each side. */
    PERCENTILE {
        @Override
        ByteScale of(Spread spread) {
            return ByteScale.of(spread.quantile(1 - SHARE), spread.quantile(SHARE));
        }
    },
    /** The range covers that part of what was seen with the least squared error over all numbers. */
    LEAST_SQUARES {
        @Override
        ByteScale of(Spread spread) {
            ByteScale best = MIN_MAX.of(spread);
            double least = error(best, spread);
            for (int part = 20; part < 100; part++) {
                ByteScale candidate = ByteScale.of(spread.low() * part / 100, spread.high() * part / 100);
                double error = error(candidate, spread);
                if (error < least) {
                    least = error;
                    best = candidate;
                }
            }
            return best;
        }
    };

    private static final double SHARE = 0.9999;

    abstract ByteScale of(Spread spread);

    private static double error(ByteScale scale, Spread spread) {
        double sum = 0;
        for (int bin = 0; bin < spread.counts().length; bin++) {
            double off = scale.rounded(spread.middle(bin)) - spread.middle(bin);
            sum += spread.counts()[bin] * off * off;
        }
        return sum;
    }

    /**
     * A byte scale says how a tensor's floats are held as bytes: {@code (byte - zeroPoint) * scale}, with zero exact.
     *
     * @param scale positive
     * @param zeroPoint 0 to {@value #LEVELS}
     */
    record ByteScale(float scale, int zeroPoint) {
        static final int LEVELS = 255;

        /** Returns the scale from {@code low} to {@code high}, widened to zero where that lies outside. */
        static ByteScale of(double low, double high) {
            double from = Math.min(0, low);
            double to = Math.max(0, high);
            if (from == to) {
                return new ByteScale(1, 0);
            }
            double scale = (to - from) / LEVELS;
            return new ByteScale((float) scale, (int) Math.round(-from / scale));
        }

        /** Returns a number as it is once it has been a byte. */
        double rounded(double value) {
            long level = Math.round(value / scale) + zeroPoint;
            return (Math.max(0, Math.min(LEVELS, level)) - zeroPoint) * (double) scale;
        }
    }
}
