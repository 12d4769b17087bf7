package io.twinstream.trainer.export;

/** Ways to choose the range that a tensor's bytes cover: what lies outside is cut off, what lies inside is the coarser the wider. */
enum Calibration {
    /** All that was seen. */
    MIN_MAX {
        @Override
        ByteScale of(Spread spread) {
            return ByteScale.of(spread.low(), spread.high());
        }
    },
    /** All but one in ten thousand on each side. */
    PERCENTILE {
        @Override
        ByteScale of(Spread spread) {
            return ByteScale.of(spread.quantile(1 - SHARE), spread.quantile(SHARE));
        }
    },
    /** Part of what was seen, so that the squared error over all numbers is least. */
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
}
